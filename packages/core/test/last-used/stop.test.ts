import {
  countStored,
  insertKeys,
  learn,
  type ManyKey,
  useAll,
} from '@keystamp/testing/databases/many-keys';
import { createTestDatabase, type TestDatabase } from '@keystamp/testing/databases/test-database';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createKeystamp, type Keystamp } from '../../src/index.js';

// A window far longer than the test: what is stored in it was not waited for.
const LONGEST_MS = 25_000;

let ground: TestDatabase;
let keystamp: Keystamp;
let key: ManyKey;
beforeEach(async () => {
  ground = await createTestDatabase();
  keystamp = await createKeystamp({ database: await ground.open(), precisionMs: LONGEST_MS });
  [key] = (await insertKeys(ground.database, 1)) as [ManyKey];
  await learn(keystamp, [key]);
});
afterEach(async () => {
  await keystamp.close();
  await ground.drop();
});

async function stored(): Promise<number> {
  const { rows } = await ground.database.query<{ at: Date | null }>(
    'select last_used_at as at from keystamp.api_keys where id = $1',
    [key.id],
  );
  return rows[0]?.at?.getTime() ?? 0;
}

describe('close()', () => {
  it('G8 writes what is pending whatever its window, to the very last use', async () => {
    await useAll(keystamp, [key]);
    await keystamp.flush();
    const first = await stored();
    const from = Date.now();
    await useAll(keystamp, [key]);
    const to = Date.now();
    await keystamp.close();
    expect(await stored()).toBeGreaterThan(first);
    expect(await stored()).toBeGreaterThanOrEqual(from - 50);
    expect(await stored()).toBeLessThanOrEqual(to + 50);
  });

  it('G8 writes thousands of keys in one stop', async () => {
    const many = await insertKeys(ground.database, 3_000);
    await learn(keystamp, many);
    await useAll(keystamp, many);
    await keystamp.close();
    expect(await countStored(ground.database)).toBe(3_000);
    expect(keystamp.health().pendingKeys).toBe(0);
  });
});

describe('flush()', () => {
  it('G8 resolves when every use so far is stored: what a frozen platform waits for', async () => {
    await useAll(keystamp, [key]);
    expect(await stored()).toBe(0);
    await keystamp.flush();
    expect(await stored()).toBeGreaterThan(0);
    expect(keystamp.health().pendingKeys).toBe(0);
  });
});
