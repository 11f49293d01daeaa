import { createKeystamp } from 'keystamp';
import { openDatabase } from 'keystamp/database';
import pg from 'pg';
import { knowKeys } from '../ground/know-keys.js';
import { type SeededKey, seedKeys } from '../ground/seed-keys.js';
import { pace } from '../load/paced.js';
import { atOnce } from '../measure/at-once.js';
import { isTrial } from '../measure/rounds.js';
import { between, CostMeter, type WriteCost } from '../measure/write-cost.js';
import { BETTER_AUTH_PACKAGES, startBetterAuth } from '../rivals/better-auth.js';
import { updatePerRequest } from '../rivals/update-per-request.js';
import type { Findings, Goal, Ground, Section } from '../section.js';

const PER_SECOND = 10_000;
const MANY = 1_000;
const AT_ONCE = 16;
const UPDATES = isTrial ? 1_000 : 10_000;
const RIVAL_VALIDATIONS = isTrial ? 100 : 2_000;

/** Two windows and more of each; the long one twice over. */
const CASES = [
  { name: 'one hot key, window 1 s', keys: 1, windowMs: 1_000, seconds: 10, goal: 1_000 },
  { name: '1,000 keys, window 1 s', keys: MANY, windowMs: 1_000, seconds: 10, goal: 3 },
  { name: '1,000 keys, window 20 s', keys: MANY, windowMs: 20_000, seconds: 40, goal: 50 },
] as const;

type Case = (typeof CASES)[number];

interface Costs {
  readonly ours: ReadonlyMap<Case, WriteCost>;
  /** By the number of keys that are used in turn. */
  readonly updates: ReadonlyMap<number, WriteCost>;
  readonly rival: ReadonlyMap<number, WriteCost>;
}

export const writes: Section = {
  name: 'writes',
  title: 'What validations cost the database',
  about: `Statements, row versions and bytes of WAL for each 10,000 validations, all that the server counts (\`pg_stat_statements\`, its WAL position, \`n_tup_upd\`), heartbeats included. Keystamp at ${PER_SECOND.toLocaleString('en-US')}
validations a second, after its first flush; an \`UPDATE … WHERE id = $1\` in each of ${UPDATES.toLocaleString('en-US')} requests, and better-auth over ${RIVAL_VALIDATIONS.toLocaleString('en-US')} validations, each ${AT_ONCE} at once and as fast as they go, after one turn over the
keys. Tables hold no other keys; a checkpoint comes before, none during.`,
  rivals: BETTER_AUTH_PACKAGES,
  async run(ground) {
    const ours = new Map<Case, WriteCost>();
    for (const one of CASES) ours.set(one, await costOfKeystamp(ground, one));
    const updates = await costOfUpdates(ground);
    const rival = await costOfBetterAuth(ground);
    return report({ ours, updates, rival });
  },
};

async function costOfKeystamp(
  ground: Ground,
  { name, keys, windowMs, seconds }: Case,
): Promise<WriteCost> {
  ground.say(`Keystamp, ${name}`);
  const url = await ground.createDatabase();
  const seeded = await seedAlone(url, keys);
  const meter = await CostMeter.open(url);
  const database = await openDatabase(url);
  const keystamp = await createKeystamp({ database, precisionMs: windowMs });
  await knowKeys(keystamp, seeded);
  await meter.checkpoint();
  let at = 0;
  const use = () => {
    // A prime step: in turn over all keys, and not along the table.
    at = (at + 7_919) % keys;
    void keystamp.validateUserApiKey(seeded[at]?.apiKey as string);
  };
  for (let i = 0; i < keys; i++) use();
  await keystamp.flush();

  const [from, writtenFrom] = [await meter.mark(), keystamp.health().counts.keysWritten];
  const done = await pace({ perSecond: PER_SECOND, seconds: isTrial ? 2 : seconds }, use);
  const [to, writtenTo] = [await meter.mark(), keystamp.health().counts.keysWritten];

  await keystamp.close();
  await database.end();
  // A migration updates another table.
  const { updated, hot } = await meter.updates('api_keys');
  await meter.end();
  const written = keystamp.health().counts.keysWritten;
  if (updated !== written) throw new Error(`${written} keys written, the server counts ${updated}`);
  return perTenThousand(done, {
    ...between(from, to),
    rowVersions: writtenTo - writtenFrom,
    hot: hot / updated,
  });
}

/** On connections of its own, which have ended: the server's counters then know of it. */
async function seedAlone(url: string, count: number): Promise<SeededKey[]> {
  const database = await openDatabase(url);
  try {
    return await seedKeys(database, count);
  } finally {
    await database.end();
  }
}

async function costOfUpdates(ground: Ground): Promise<Map<number, WriteCost>> {
  const costs = new Map<number, WriteCost>();
  for (const count of [1, MANY]) {
    ground.say(`an UPDATE in each request, ${count} keys`);
    const url = await ground.createDatabase();
    const seeded = await seedAlone(url, count);
    const call = (pool: pg.Pool) => (i: number) =>
      updatePerRequest(pool, seeded[i % count]?.id as string);
    costs.set(count, await costOfCalls(url, { count, calls: UPDATES }, call));
  }
  return costs;
}

async function costOfBetterAuth(ground: Ground): Promise<Map<number, WriteCost>> {
  const costs = new Map<number, WriteCost>();
  for (const count of [1, MANY]) {
    ground.say(`better-auth, ${count} keys`);
    const url = await ground.createDatabase();
    const making = await startBetterAuth(url, 10);
    const keys = await making.createKeys(count);
    await making.end();
    const rival = await startBetterAuth(url, 10);
    const call = () => (i: number) => rival.verify(keys[i % count] as string);
    try {
      costs.set(
        count,
        await costOfCalls(url, { count, calls: RIVAL_VALIDATIONS }, call, rival.pool),
      );
    } finally {
      if (!rival.pool.ended) await rival.end();
    }
  }
  return costs;
}

/** After one turn over the keys. Ends the pool: sessions tell their counts at the latest when they end. */
async function costOfCalls(
  url: string,
  { count, calls }: { count: number; calls: number },
  callWith: (pool: pg.Pool) => (i: number) => Promise<unknown>,
  pool = new pg.Pool({ connectionString: url, max: 10 }),
): Promise<WriteCost> {
  const call = callWith(pool);
  const meter = await CostMeter.open(url);
  await meter.checkpoint();
  await atOnce(AT_ONCE, count, call);
  const updatedBefore = count;
  const from = await meter.mark();
  await atOnce(AT_ONCE, calls, call);
  const to = await meter.mark();
  await pool.end();
  const { updated, hot } = await meter.updates();
  await meter.end();
  return perTenThousand(calls, {
    ...between(from, to),
    rowVersions: updated - updatedBefore,
    hot: hot / updated,
  });
}

function perTenThousand(validations: number, cost: WriteCost): WriteCost {
  const scale = 10_000 / validations;
  return {
    statements: cost.statements * scale,
    rowVersions: cost.rowVersions * scale,
    walBytes: cost.walBytes * scale,
    hot: cost.hot,
  };
}

const MEASURES = [
  { of: 'statements', text: 'statements' },
  { of: 'rowVersions', text: 'row versions' },
  { of: 'walBytes', text: 'bytes of WAL' },
] as const;

function report(costs: Costs): Findings {
  const { ours, updates, rival } = costs;
  const row = (name: string, cost: WriteCost) => [
    name,
    cost.statements,
    cost.rowVersions,
    cost.walBytes,
    `${(cost.hot * 100).toFixed(1)} %`,
  ];
  const rows = [
    ...[...ours].map(([{ name }, cost]) => row(`Keystamp, ${name}`, cost)),
    ...[...updates].map(([count, cost]) =>
      row(`an UPDATE in each request, ${keysOf(count)}`, cost),
    ),
    ...[...rival].map(([count, cost]) => row(`better-auth, ${keysOf(count)}`, cost)),
  ];
  const columns = ['', 'statements', 'row versions', 'bytes of WAL', 'HOT'];
  return {
    tables: [{ title: 'For each 10,000 validations', columns, rows }],
    goals: CASES.flatMap((one) => goalsOf(one, costs)),
    plots: [plotOf(costs)],
  };
}

function keysOf(count: number): string {
  return count === 1 ? 'one hot key' : `${count.toLocaleString('en-US')} keys`;
}

/** Times fewer than the cheaper of the two others. */
function goalsOf(one: Case, { ours, updates, rival }: Costs): Goal[] {
  return MEASURES.map(({ of, text }) => {
    const cheaper = Math.min(
      updates.get(one.keys)?.[of] as number,
      rival.get(one.keys)?.[of] as number,
    );
    const measured = cheaper / (ours.get(one)?.[of] as number);
    return {
      text: `${one.name}: fewer ${text} than the cheaper of the others`,
      unit: 'times',
      atLeast: one.goal,
      measured,
    };
  });
}

function plotOf({ ours, updates, rival }: Costs): Findings['plots'][number] {
  return {
    file: 'writes',
    title: 'Bytes of WAL for 10,000 validations',
    unit: 'less is better',
    scale: 'log',
    groups: [1, MANY].map((count) => ({
      title: keysOf(count),
      bars: [
        ...[...ours]
          .filter(([{ keys }]) => keys === count)
          .map(([{ windowMs }, { walBytes }]) => ({
            label: `Keystamp, window ${windowMs / 1000} s`,
            value: walBytes,
            side: 'keystamp' as const,
          })),
        {
          label: 'an UPDATE in each request',
          value: updates.get(count)?.walBytes as number,
          side: 'rival' as const,
        },
        {
          label: 'better-auth',
          value: rival.get(count)?.walBytes as number,
          side: 'rival' as const,
        },
      ],
    })),
  };
}
