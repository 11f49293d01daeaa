import { createTestDatabase, type TestDatabase } from '@keystamp/testing/databases/test-database';
import { buildCore } from '@keystamp/testing/processes/child';
import { type Instance, startInstance } from '@keystamp/testing/processes/instances';
import { until } from '@keystamp/testing/until';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IssuedApiKey } from '../../src/index.js';

const PROCESSES = 4;

let ground: TestDatabase;
let instances: Instance[];
beforeAll(async () => {
  buildCore();
  ground = await createTestDatabase();
  instances = await Promise.all(Array.from({ length: PROCESSES }, () => start()));
});
afterAll(async () => {
  await Promise.all(instances.map((instance) => instance.end('SIGKILL')));
  await ground.drop();
});

const start = () =>
  startInstance({
    database: ground.url as string,
    precisionMs: 200,
    flushIntervalMs: 50,
    maxKeysPerUser: 10_000,
  });

async function issueKnown(count: number, scopes: string[] = []): Promise<IssuedApiKey[]> {
  const [first] = instances as [Instance];
  const input = { userId: 'ada', name: 'A key', scopes };
  const issued: IssuedApiKey[] = [];
  while (issued.length < count) {
    const some = Math.min(50, count - issued.length);
    issued.push(...(await first.tell('create', { input, count: some })));
  }
  const apiKeys = issued.map(({ apiKey }) => apiKey);
  for (const instance of instances) {
    expect(new Set(await instance.tell('validate', { apiKeys }))).toEqual(new Set(['valid']));
  }
  return issued;
}

/** Every instance refuses all of them, at last. */
async function allRefuse(issued: readonly IssuedApiKey[], scopes: string[] = []): Promise<void> {
  const apiKeys = issued.map(({ apiKey }) => apiKey);
  for (const instance of instances) {
    const refusedAt = await instance.tell('untilRefused', { apiKeys, scopes, withinMs: 10_000 });
    expect(refusedAt).not.toContain(null);
  }
}

describe('K3 four processes', () => {
  it('all stop a key that one of them revokes', async () => {
    const issued = await issueKnown(40);
    for (const [i, { key }] of issued.entries()) {
      await (instances[i % PROCESSES] as Instance).tell('revoke', { id: key.id });
    }
    await allRefuse(issued);
  });

  it('all hold a key to scopes that one of them has taken away', async () => {
    const [issued] = (await issueKnown(1, ['orders:read', 'orders:write'])) as [IssuedApiKey];
    const changes = { scopes: ['orders:read'] };
    await (instances[0] as Instance).tell('update', { id: issued.key.id, changes });
    await allRefuse([issued], ['orders:write']);
    expect(await (instances[1] as Instance).tell('validate', { apiKeys: [issued.apiKey] })).toEqual(
      ['valid'],
    );
  });

  it('all stop very many keys that are revoked in one statement', async () => {
    const issued = await issueKnown(900);
    await ground.database.query(`update keystamp.api_keys set revoked_at = now()`);
    await allRefuse(issued);
  });
});

describe('K9 four processes', () => {
  it('all stop a key that one of them disables, and all accept it again when another enables it', async () => {
    const issued = await issueKnown(40);
    const apiKeys = issued.map(({ apiKey }) => apiKey);
    for (const [i, { key }] of issued.entries()) {
      await (instances[i % PROCESSES] as Instance).tell('disable', { id: key.id });
    }
    await allRefuse(issued);
    for (const instance of instances) {
      expect(new Set(await instance.tell('validate', { apiKeys }))).toEqual(new Set(['disabled']));
    }
    for (const instance of instances) await instance.tell('flush');
    expect(await refusedEvents(issued)).toEqual(issued.map(() => 'one an hour'));
    for (const [i, { key }] of issued.entries()) {
      await (instances[(i + 1) % PROCESSES] as Instance).tell('enable', { id: key.id });
    }
    for (const instance of instances) {
      const validAt = await instance.tell('untilValid', { apiKeys, withinMs: 10_000 });
      expect(validAt).not.toContain(null);
    }
  });

  it('all do so when the keys are disabled and enabled with psql', async () => {
    const issued = await issueKnown(200);
    const apiKeys = issued.map(({ apiKey }) => apiKey);
    await ground.database.query(`update keystamp.api_keys set disabled_at = now()`);
    await allRefuse(issued);
    await ground.database.query(`update keystamp.api_keys set disabled_at = null`);
    for (const instance of instances) {
      const validAt = await instance.tell('untilValid', { apiKeys, withinMs: 10_000 });
      expect(validAt).not.toContain(null);
    }
  });
});

describe('G8 a process that is told to end', () => {
  it('writes what it has noted first, and exits with 0', async () => {
    const [issued] = (await issueKnown(1)) as [IssuedApiKey];
    await until(async () => (await lastUse(issued)) !== null);
    const leaving = await start();
    const before = Date.now();
    await leaving.tell('validate', { apiKeys: [issued.apiKey] });
    expect(await leaving.end()).toBe(0);
    expect((await lastUse(issued))?.getTime()).toBeGreaterThanOrEqual(before - 50);
  });
});

/** Whether each key has an event that it was presented, and no second one of the same hour. */
async function refusedEvents(issued: readonly IssuedApiKey[]): Promise<string[]> {
  const text = `select k.id, case when count(e.id) = 0 then 'none'
      when count(e.id) = count(distinct date_trunc('hour', e.at)) then 'one an hour' else 'several' end as events
    from unnest($1::uuid[]) as k (id)
    left join keystamp.key_events e on e.key_id = k.id and e.kind = 'refused' group by k.id`;
  const ids = issued.map(({ key }) => key.id);
  const { rows } = await ground.database.query<{ id: string; events: string }>(text, [ids]);
  return ids.map((id) => rows.find((row) => row.id === id)?.events ?? 'none');
}

async function lastUse({ key }: IssuedApiKey): Promise<Date | null> {
  const text = 'select last_used_at from keystamp.api_keys where id = $1';
  const { rows } = await ground.database.query<{ last_used_at: Date | null }>(text, [key.id]);
  return rows[0]?.last_used_at ?? null;
}
