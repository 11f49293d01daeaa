import { insertKeys, learn, type ManyKey } from '@keystamp/testing/databases/many-keys';
import { createTestDatabase, type TestDatabase } from '@keystamp/testing/databases/test-database';
import { seeded } from '@keystamp/testing/seeded';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeystamp, type Keystamp } from '../../src/index.js';
import { auditKeys, type Change, readAudit } from '../properties/audit.js';

const INSTANCES = 6;
const WINDOW_MS = 200;
const STOPPED = 2;

let ground: TestDatabase;
let fleet: Keystamp[];
beforeAll(async () => {
  ground = await createTestDatabase();
  await auditKeys(ground.database);
  fleet = [];
  for (let i = 0; i < INSTANCES; i++) {
    const database = await ground.open();
    fleet.push(await createKeystamp({ database, precisionMs: WINDOW_MS, flushIntervalMs: 50 }));
  }
});
afterAll(async () => {
  await Promise.all(fleet.map((instance) => instance.close()));
  await ground.drop();
});

/** Each of the keys in its own way of being used, until the hot one was written so often. */
async function use(keys: readonly ManyKey[], writes: number): Promise<Change[]> {
  const [hot, thin, bursts] = keys as [ManyKey, ManyKey, ManyKey];
  const random = seeded(3);
  const on = ({ apiKey }: ManyKey) =>
    (fleet[random.below(fleet.length)] as Keystamp).validateUserApiKey(apiKey);
  const changes: Change[] = [];
  for (let turn = 0; changes.filter(({ id }) => id === hot.id).length < writes; turn++) {
    for (let i = 0; i < 20; i++) await on(hot);
    if (turn % 20 === 0) await on(thin);
    if (turn % 50 === 0) for (let i = 0; i < 100; i++) await on(bursts);
    await new Promise((resolve) => setImmediate(resolve));
    if (turn % 20 === 0) changes.push(...(await readAudit(ground.database)));
    if (turn === 500) for (const instance of fleet.splice(0, STOPPED)) await instance.close();
  }
  await Promise.all(fleet.map((instance) => instance.flush()));
  return [...changes, ...(await readAudit(ground.database))];
}

describe('six instances over one database', () => {
  it('G3 write a key no oftener than the window allows, however it is used', async () => {
    const keys = await insertKeys(ground.database, 3);
    await Promise.all(fleet.map((instance) => learn(instance, keys)));
    const startedAt = Date.now();
    const changes = await use(keys, 12);
    const spanMs = Date.now() - startedAt;
    const allowed = (2 * spanMs) / WINDOW_MS + 6 + STOPPED;
    for (const { id } of keys) {
      const versions = changes.filter((change) => change.id === id).length;
      expect(versions).toBeGreaterThan(0);
      expect(versions).toBeLessThanOrEqual(allowed);
      expect(versions).toBeLessThanOrEqual((1.6 * spanMs) / WINDOW_MS + 6 + STOPPED);
    }
  });
});
