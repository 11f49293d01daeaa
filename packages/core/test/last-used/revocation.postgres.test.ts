import { insertKeys, type ManyKey } from '@keystamp/testing/databases/many-keys';
import { createTestDatabase, type TestDatabase } from '@keystamp/testing/databases/test-database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeystamp, type Keystamp } from '../../src/index.js';

const CLIENTS = 8;
const KEYS = 100;

let ground: TestDatabase;
let clients: Keystamp[];
beforeAll(async () => {
  ground = await createTestDatabase();
  clients = [];
  for (let i = 0; i < CLIENTS; i++) {
    const database = await ground.open();
    clients.push(await createKeystamp({ database, precisionMs: 200, flushIntervalMs: 50 }));
  }
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await ground.drop();
});

/** Uses of the key by every client, one after the other, until it is refused everywhere. */
async function useUntilRefused({ apiKey }: ManyKey): Promise<void> {
  await Promise.all(
    clients.map(async (client) => {
      for (;;) {
        const { valid } = await client.validateUserApiKey(apiKey);
        if (!valid) return;
        await new Promise((resolve) => setImmediate(resolve));
      }
    }),
  );
}

async function read(columns: string): Promise<Map<string, unknown[]>> {
  const { rows } = await ground.database.query<{ id: string; is: unknown[] }>(
    `select id, jsonb_build_array(${columns}) as is from keystamp.api_keys`,
  );
  return new Map(rows.map(({ id, is }) => [id, is]));
}

describe('100 revocations of keys that eight clients use meanwhile', () => {
  it('G2 all stay, and nothing else of a key changes', async () => {
    const keys = await insertKeys(ground.database, KEYS);
    const others = 'user_id, name, key_prefix, key_hash, scopes, expires_at, created_at';
    const before = await read(others);
    const revokedAt = new Map<string, number>();
    const inUse = keys.map(async (key, i) => {
      const used = useUntilRefused(key);
      const client = clients[i % CLIENTS] as Keystamp;
      await client.validateUserApiKey(key.apiKey);
      // In use and written for some of the time first, a different one for each.
      for (let turn = 0; turn < i % 10; turn++) await client.getApiKey(key.id);
      const revoked = await client.revokeApiKey(key.id);
      revokedAt.set(key.id, revoked?.revokedAt?.getTime() ?? 0);
      await used;
    });
    await Promise.all(inUse);
    await Promise.all(clients.map((client) => client.flush()));
    expect(await read(others)).toEqual(before);
    const after = await read('revoked_at, last_used_at');
    for (const { id } of keys) {
      const [revoked, used] = after.get(id) as [string | null, string | null];
      expect(new Date(revoked ?? 0).getTime()).toBe(revokedAt.get(id));
      expect(used).not.toBeNull();
    }
  });
});
