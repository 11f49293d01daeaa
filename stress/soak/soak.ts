/**
 * Minutes of validations at full speed, with revocations, edits, new keys, restarts and kills at random. Prints a
 * line a minute: nothing accepted that was revoked, nothing refused that was good, and nothing that grows.
 */

import {
  type Instance,
  type LoadSeen,
  monotonicMs,
  startInstance,
} from '@keystamp/testing/processes/instances';
import { until } from '@keystamp/testing/until';
import type { IssuedApiKey } from 'keystamp';
import pg from 'pg';
import { endFleet, issueKnown, startFleet, startGround } from '../harness/fleet.js';
import { introduce, print, printTable, quantile } from '../harness/report.js';

const MINUTES = Number(process.argv[2] ?? 10);
const KEYS = 2_000;
/** K3: so long after a change it counts everywhere, through every fault made here. */
const HONOURED_MS = 10_000;

interface Watched {
  readonly issued: IssuedApiKey;
  /** When its revocation began, and when it was known to be made; 0: it is good. */
  revokingAt: number;
  revokedAt: number;
}

const server = await startGround();
const options = { database: server.url, maxKeysPerUser: 1_000_000 };
const instances = await startFleet(3, options, ['--expose-gc']);
const watched: Watched[] = (await issueKnown(instances, KEYS)).map((issued) => ({
  issued,
  revokingAt: 0,
  revokedAt: 0,
}));
const total = { revoked: 0, edited: 0, made: 0, listeners: 0, restarts: 0, kills: 0, ended: 0 };
const worst = { acceptedAfterMs: 0, acceptedWrongly: 0, refusedWrongly: 0 };
const counted = { valid: 0, unavailable: 0 };

const apiKeys = () => watched.map(({ issued }) => issued.apiKey);
const any = <T>(of: readonly T[]) => of[Math.floor(Math.random() * of.length)] as T;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function startLoad(instance: Instance): Promise<null> {
  return instance.tell('startLoad', { apiKeys: apiKeys(), perTurn: 200, pauseMs: 0 });
}

/** By hand and past the instances; tried until the server is there. */
async function sql(text: string, params: unknown[]): Promise<void> {
  const isDone = async () => {
    const client = new pg.Client({ connectionString: server.url });
    client.on('error', () => {});
    try {
      await client.connect();
      await client.query(text, params);
      return true;
    } catch {
      return false;
    } finally {
      await client.end().catch(() => {});
    }
  };
  await until(isDone, { timeoutMs: 60_000 });
}

async function revokeAny(): Promise<void> {
  const one = any(watched.filter(({ revokingAt }) => revokingAt === 0));
  const { id } = one.issued.key;
  one.revokingAt = monotonicMs();
  const byInstance = Math.random() < 0.5 && any(instances).tell('revoke', { id });
  await (byInstance || Promise.reject(new Error('by hand'))).catch(() =>
    sql('update keystamp.api_keys set revoked_at = coalesce(revoked_at, now()) where id = $1', [
      id,
    ]),
  );
  one.revokedAt = monotonicMs();
  total.revoked++;
}

async function editAny(): Promise<void> {
  const { id } = any(watched).issued.key;
  await sql('update keystamp.api_keys set name = $2 where id = $1', [id, `Name ${total.edited}`]);
  total.edited++;
}

async function makeOne(): Promise<void> {
  const made = await any(instances)
    .tell('create', { input: { userId: 'new', name: 'A new key' } })
    .catch(() => []);
  for (const issued of made) {
    watched.push({ issued, revokingAt: 0, revokedAt: 0 });
    const added = { apiKeys: [issued.apiKey] };
    for (const instance of instances) await instance.tell('addToLoad', added);
    total.made++;
  }
}

async function endListeners(): Promise<void> {
  await sql(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where application_name = 'keystamp' and query ~ 'pg_listening_channels|pg_control_system|listen "'`,
    [],
  );
  total.listeners++;
}

async function restartServer(): Promise<void> {
  await any([() => server.stop('fast'), () => server.stop('immediate'), () => server.kill9()])();
  await pause(Math.random() * 2_000);
  await server.start();
  total.restarts++;
}

/** The first one lives through all of it: a leak would show in it. */
async function replaceAny(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  const at = 1 + Math.floor(Math.random() * (instances.length - 1));
  const leaving = instances[at] as Instance;
  await account(leaving, at);
  if (signal === 'SIGTERM') noteUses(await leaving.tell('stopLoad'));
  await leaving.end(signal);
  if (signal === 'SIGKILL') killedAt = Date.now();
  instances[at] = await startInstance(options, ['--expose-gc']);
  await startLoad(instances[at]);
  bases[at] = { valid: 0, unavailable: 0 };
  total[signal === 'SIGTERM' ? 'ended' : 'kills']++;
}

/** What each process had counted when it was last asked. */
const bases = instances.map(() => ({ valid: 0, unavailable: 0 }));

/** Judges all that an instance saw so far. */
async function account(instance: Instance, at: number): Promise<void> {
  const seen = await instance.tell('loadSoFar');
  const now = {
    valid: seen.outcomes['valid'] ?? 0,
    unavailable: seen.outcomes['database_unavailable'] ?? 0,
  };
  const base = bases[at] as typeof now;
  counted.valid += now.valid - base.valid;
  counted.unavailable += now.unavailable - base.unavailable;
  bases[at] = now;
  for (const [i, { revokingAt, revokedAt }] of watched.entries()) {
    const [accepted, refused] = [seen.acceptedAt[i] ?? 0, seen.refusedAt[i] ?? 0];
    if (refused > 0 && (revokingAt === 0 || refused < revokingAt)) worst.refusedWrongly++;
    if (revokedAt === 0) continue;
    worst.acceptedAfterMs = Math.max(worst.acceptedAfterMs, accepted - revokedAt);
    if (accepted > revokedAt + HONOURED_MS) worst.acceptedWrongly++;
  }
}

const events: readonly { readonly everyMs: number; run(): Promise<void>; at: number }[] = [
  { everyMs: 500, run: revokeAny, at: 0 },
  { everyMs: 700, run: editAny, at: 0 },
  { everyMs: 1_000, run: makeOne, at: 0 },
  { everyMs: 11_000, run: endListeners, at: 0 },
  { everyMs: 29_000, run: restartServer, at: 0 },
  { everyMs: 37_000, run: () => replaceAny('SIGKILL'), at: 0 },
  { everyMs: 41_000, run: () => replaceAny('SIGTERM'), at: 0 },
].map((event) => ({ ...event, at: performance.now() + event.everyMs }));

async function churnUntil(deadline: number): Promise<void> {
  while (performance.now() < deadline) {
    for (const event of events) {
      if (performance.now() < event.at) continue;
      await event.run();
      event.at = performance.now() + event.everyMs * (0.5 + Math.random());
    }
    await pause(50);
  }
}

async function minuteRow(minute: number): Promise<(string | number)[]> {
  for (const [at, instance] of instances.entries()) await account(instance, at);
  const { heapUsed, rss, sockets, handles } = await (instances[0] as Instance).tell('resources');
  const { rows } = await server.exec(`select count(*)::int as n from pg_stat_activity
    where application_name = 'keystamp'`);
  return [
    minute,
    `${(counted.valid / 1e6).toFixed(1)} M`,
    counted.unavailable,
    worst.acceptedWrongly,
    worst.refusedWrongly,
    `${Math.round(worst.acceptedAfterMs)} ms`,
    `${total.revoked} / ${total.edited} / ${total.made}`,
    `${total.listeners} / ${total.restarts} / ${total.kills} / ${total.ended}`,
    `${(heapUsed / 2 ** 20).toFixed(1)} MiB`,
    `${Math.round(rss / 2 ** 20)} MiB`,
    `${sockets} / ${handles}`,
    rows[0].n,
  ];
}

/** The newest use of each key that a process saw which was not killed, in epoch ms. */
const usedAt: number[] = [];
let killedAt = 0;

function noteUses({ usedAt: seen }: LoadSeen): void {
  for (const [i, at] of seen.entries()) usedAt[i] = Math.max(usedAt[i] ?? 0, at);
}

/** After the end: how far each stored time is before the newest use, or after any. A killed process may have used keys until its end. */
async function stampErrorsMs(): Promise<number[]> {
  for (const instance of instances) noteUses(await instance.tell('stopLoad'));
  await Promise.all(instances.map((instance) => instance.tell('flush')));
  const { rows } = await server.exec(
    `select id, (extract(epoch from last_used_at) * 1000)::float8 as at from keystamp.api_keys`,
  );
  const storedAt = new Map(rows.map(({ id, at }) => [id as string, at as number]));
  return watched.map(({ issued }, i) => {
    const [newest, stored] = [usedAt[i] ?? 0, storedAt.get(issued.key.id) ?? 0];
    return Math.max(0, newest - stored, stored - Math.max(newest, killedAt));
  });
}

await introduce('Validations at full speed with changes, restarts and kills at random', server);
for (const instance of instances) await startLoad(instance);
const startedAt = performance.now();
const rows: (string | number)[][] = [];
for (let minute = 1; minute <= MINUTES; minute++) {
  await churnUntil(startedAt + minute * 60_000);
  const row = await minuteRow(minute);
  rows.push(row);
  print(row.join('  '));
}
print('');
printTable(
  [
    'minute',
    'accepted',
    'answered 503',
    'wrongly accepted',
    'wrongly refused',
    'longest accepted after a revocation',
    'revoked / edited / made',
    'listeners ended / restarts / kill -9 / SIGTERM',
    'heap',
    'resident',
    'sockets / handles',
    'connections at the server',
  ],
  rows,
);
const errors = await stampErrorsMs();
print(
  `stored last uses of ${errors.length} keys, from the true one: median ${quantile(errors, 0.5).toFixed(1)} ms, ` +
    `most ${Math.max(...errors).toFixed(1)} ms, over 50 ms: ${errors.filter((error) => error > 50).length}`,
);
await endFleet(instances);
await server.end();
if (worst.acceptedWrongly + worst.refusedWrongly > 0) process.exitCode = 1;
