import type { IssuedApiKey, KeystampHealth } from 'keystamp';
import { type Instance, type LoadSeen, monotonicMs } from '../processes/instances.js';
import { until } from '../until.js';
import { type Change, ChangeSeries } from './change-series.js';
import type { ClusterFleet } from './fleet.js';
import type { PatroniCluster } from './patroni-cluster.js';

/** What a fault did, as the instances and the leader afterwards say. */
export interface FaultSeen {
  /** The longest time between two acknowledged changes, in seconds. */
  readonly secondsWithoutWrite: number;
  readonly acknowledged: number;
  /** Validations of known keys: all, those that answered 503, and those that were refused. */
  readonly validations: number;
  readonly answered503: number;
  readonly refused: number;
  /** Acknowledged, but gone: the ids of the keys. */
  readonly lostKeys: readonly string[];
  readonly lostRevocations: readonly string[];
  readonly lostDisables: readonly string[];
  /** Of the series: answers of an instance that are not what was acknowledged. */
  readonly wrongAnswers: readonly string[];
  /** How long an ended key was accepted after its end was acknowledged. */
  readonly longestAcceptedMs: number;
  /** Per known key: how far its stored last use is from the true one. */
  readonly lastUseErrorsMs: readonly number[];
}

const KNOWN = 100;

/** Loads the fleet, brings the fault about, waits until all is well again, and compares. */
export async function runFault(
  cluster: PatroniCluster,
  fleet: ClusterFleet,
  fault: () => Promise<unknown>,
): Promise<FaultSeen> {
  const { instances } = fleet;
  await cluster.settled();
  const [one, other] = instances;
  const known = await issueKnown(instances);
  const load = { apiKeys: known.map(({ apiKey }) => apiKey), perTurn: 10, pauseMs: 5 };
  await Promise.all(instances.map((instance) => instance.tell('startLoad', load)));
  const series = [new ChangeSeries(one, other), new ChangeSeries(other, one)];
  await Promise.all(series.map((each) => each.more(50)));
  const from = monotonicMs();
  await fault();
  await Promise.all(series.map((each) => each.more(1)));
  await cluster.settled();
  await until(async () => (await healths(instances)).every(isWell), { what: 'the instances' });
  await Promise.all(series.map((each) => each.more(10)));
  await Promise.all(series.map((each) => each.stop()));
  const seen = await Promise.all(instances.map((instance) => instance.tell('stopLoad')));
  await Promise.all(instances.map((instance) => instance.tell('flush')));
  const changes = series.flatMap((each) => each.changes);
  return {
    secondsWithoutWrite: longestGap(changes, from) / 1_000,
    acknowledged: changes.length,
    ...countAnswers(seen),
    ...(await compare(cluster, instances, series)),
    longestAcceptedMs: Math.max(...series.map((each) => each.longestAcceptedMs)),
    lastUseErrorsMs: await lastUseErrors(cluster, known, seen),
  };
}

/** Keys that both instances answer for from memory. */
async function issueKnown(instances: readonly Instance[]): Promise<IssuedApiKey[]> {
  const input = { userId: 'ada', name: 'A key' };
  const issued: IssuedApiKey[] = [];
  while (issued.length < KNOWN) {
    issued.push(...(await (instances[0] as Instance).tell('create', { input, count: 10 })));
  }
  const apiKeys = issued.map(({ apiKey }) => apiKey);
  const misses = async (instance: Instance) => (await instance.tell('health')).counts.cacheMisses;
  for (const instance of instances) {
    // What was read before its own creation was heard of is read once more.
    await until(async () => {
      const before = await misses(instance);
      await instance.tell('validate', { apiKeys });
      return (await misses(instance)) === before;
    });
  }
  return issued;
}

const healths = (instances: readonly Instance[]) =>
  Promise.all(instances.map((instance) => instance.tell('health')));

const isWell = (health: KeystampHealth) => health.listening && health.databaseReachable;

/** Over the time from `from` on. */
function longestGap(changes: readonly Change[], from: number): number {
  const times = changes.map(({ acknowledgedAt }) => acknowledgedAt).sort((a, b) => a - b);
  return Math.max(...times.slice(1).map((at, i) => (at < from ? 0 : at - (times[i] as number))));
}

function countAnswers(seen: readonly LoadSeen[]) {
  const outcomes = seen.flatMap((one) => Object.entries(one.outcomes));
  const count = (isMeant: (outcome: string) => boolean) =>
    outcomes.reduce((sum, [outcome, times]) => sum + (isMeant(outcome) ? times : 0), 0);
  const is503 = (outcome: string) => /^(database_unavailable|overloaded)$/.test(outcome);
  return {
    validations: count(() => true),
    answered503: count(is503),
    refused: count((outcome) => outcome !== 'valid' && !is503(outcome)),
  };
}

/** The acknowledged changes, by what the leader stores and what both instances answer. */
async function compare(
  cluster: PatroniCluster,
  instances: readonly Instance[],
  series: readonly ChangeSeries[],
) {
  const stored = await storedKeys(cluster);
  const changes = series.flatMap((each) => each.changes);
  const lost = (kind: Change['kind'], isKept: (key: StoredKey) => boolean) =>
    changes
      .filter((change) => change.kind === kind)
      .map(({ issued }) => issued.key.id)
      .filter((id) => {
        const key = stored.get(id);
        return key === undefined || !isKept(key);
      });
  return {
    lostKeys: lost('create', () => true),
    lostRevocations: lost('revoke', ({ isRevoked }) => isRevoked),
    lostDisables: lost('disable', ({ isDisabled }) => isDisabled),
    wrongAnswers: await wrongAnswers(instances, series),
  };
}

interface StoredKey {
  readonly id: string;
  readonly isRevoked: boolean;
  readonly isDisabled: boolean;
  /** In ms since 1970; null: never used. */
  readonly usedAt: number | null;
}

async function storedKeys(cluster: PatroniCluster): Promise<Map<string, StoredKey>> {
  const { rows } = await cluster.exec(
    `select id, revoked_at is not null as "isRevoked", disabled_at is not null as "isDisabled",
       (extract(epoch from last_used_at) * 1000)::float8 as "usedAt"
     from keystamp.api_keys`,
    'keystamp',
  );
  return new Map(rows.map((row: StoredKey) => [row.id, row]));
}

async function wrongAnswers(
  instances: readonly Instance[],
  series: readonly ChangeSeries[],
): Promise<string[]> {
  const expected = new Map<IssuedApiKey, string>();
  for (const { changes, uncertain } of series) {
    for (const { kind, issued } of changes) {
      if (!uncertain.has(issued.key.id)) expected.set(issued, ANSWERS[kind]);
    }
  }
  const apiKeys = [...expected.keys()].map(({ apiKey }) => apiKey);
  const answers = await Promise.all(instances.map((one) => one.tell('validate', { apiKeys })));
  return [...expected].flatMap(([{ key }, answer], i) =>
    answers
      .filter((given) => given[i] !== answer)
      .map((given) => `${key.id}: ${given[i]}, expected ${answer}`),
  );
}

const ANSWERS = { create: 'valid', revoke: 'revoked', disable: 'disabled' } as const;

async function lastUseErrors(
  cluster: PatroniCluster,
  known: readonly IssuedApiKey[],
  seen: readonly LoadSeen[],
): Promise<number[]> {
  const stored = await storedKeys(cluster);
  return known.map(({ key }, i) => {
    const usedAt = Math.max(...seen.map((one) => one.usedAt[i] as number));
    return Math.abs((stored.get(key.id)?.usedAt ?? 0) - usedAt);
  });
}
