/** How long after a revocation every other process refuses the key. Four processes over one PostgreSQL; about a minute. */

import { type Instance, monotonicMs } from '@keystamp/testing/processes/instances';
import type { IssuedApiKey } from 'keystamp';
import pg from 'pg';
import { endFleet, issueKnown, startFleet, startGround } from '../harness/fleet.js';
import { introduce, print, printTable, spread } from '../harness/report.js';

const REVOCATIONS = Number(process.argv[2] ?? 1_000);
const OTHERS = Number(process.argv[3] ?? 100);
const BULK = Number(process.argv[4] ?? 10_000);

const server = await startGround();
const instances = await startFleet(4, { database: server.url, maxKeysPerUser: 100_000 });
const [revoker, ...others] = instances as [Instance, ...Instance[]];
const client = new pg.Client({ connectionString: server.url });
await client.connect();

const byHand = (sql: string) => async (one: IssuedApiKey) => {
  await client.query(sql, [sql.includes('users') ? one.key.userId : one.key.id]);
  return monotonicMs();
};

/** From the moment on that whoever made the change knows that it is made, until the last key is refused; per other process. */
async function measure(
  issued: readonly IssuedApiKey[],
  change: (one: IssuedApiKey) => Promise<number>,
  scopes: string[] = [],
): Promise<number[]> {
  const apiKeys = issued.map(({ apiKey }) => apiKey);
  const given = { apiKeys, scopes, withinMs: 15_000, pauseMs: 1 };
  const refused = others.map((instance) => instance.tell('untilRefused', given));
  const changedAt = await change(issued[0] as IssuedApiKey);
  return (await Promise.all(refused)).map((refusedAt) => {
    if (refusedAt.includes(null)) throw new Error('A revoked key was not refused within 15 s.');
    return Math.max(0, ...(refusedAt as number[]).map((at) => at - changedAt));
  });
}

async function measureEach(
  count: number,
  change: (one: IssuedApiKey) => Promise<number>,
  { scopes = [], isAlone = false }: { scopes?: string[]; isAlone?: boolean } = {},
): Promise<number[]> {
  const issued: IssuedApiKey[] = [];
  if (!isAlone) issued.push(...(await issueKnown(instances, count, { userId: 'ada', scopes })));
  while (issued.length < count) {
    const userId = `user of ${issued.length}`;
    issued.push(...(await issueKnown(instances, 1, { userId, scopes })));
  }
  const latencies: number[] = [];
  for (const one of issued) latencies.push(...(await measure([one], change, scopes)));
  return latencies;
}

await introduce('How long after a revocation every other process refuses the key', server);
const rows: (string | number)[][] = [];
const add = (what: string, count: number, latencies: number[]) => {
  rows.push([what, count, latencies.length, ...spread(latencies)]);
  print(`${what}: done`);
};

add(
  'revoked by another process',
  REVOCATIONS,
  await measureEach(REVOCATIONS, ({ key }) => revoker.tell('revoke', { id: key.id })),
);
add(
  'revoked by hand (SQL)',
  OTHERS,
  await measureEach(
    OTHERS,
    byHand('update keystamp.api_keys set revoked_at = now() where id = $1'),
  ),
);
add(
  'its user deactivated by hand',
  OTHERS,
  await measureEach(OTHERS, byHand('update keystamp.users set is_active = false where id = $1'), {
    isAlone: true,
  }),
);
add(
  'a scope taken away by another process',
  OTHERS,
  await measureEach(
    OTHERS,
    ({ key }) => revoker.tell('update', { id: key.id, changes: { scopes: ['b'] } }),
    { scopes: ['a'] },
  ),
);
const bulk = await issueKnown(instances, BULK, { userId: 'bulk' });
add(
  `${BULK} keys revoked in one statement, until the last`,
  1,
  await measure(bulk, async () => {
    await client.query(`update keystamp.api_keys set revoked_at = now() where user_id = 'bulk'`);
    return monotonicMs();
  }),
);
print('');
printTable(['change', 'changes', 'measured', 'p50', 'p99', 'max'], rows);

await client.end();
await endFleet(instances);
await server.end();
