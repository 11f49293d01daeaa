import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestKeystamp, type TestKeystamp } from '../support/keystamp.js';

let test: TestKeystamp;

beforeAll(async () => {
  test = await createTestKeystamp();
  const { database } = test.ground;
  await database.query(`insert into keystamp.users (id) values ('many'), ('few')`);
  // Rows of 1.5 kB: a table above the size up to which all is read.
  await database.query(
    `insert into keystamp.api_keys (user_id, name, key_prefix, key_hash, note, last_used_at)
     select case when n <= 7 then 'few' else 'many' end, 'Key ' || n, 'ks_' || lpad(to_hex(n), 6, '0'),
       sha256(convert_to('key ' || n, 'UTF8')), repeat('x', 1500), case when n % 2 = 0 then now() end
     from generate_series(1, 40000) n`,
  );
}, 120_000);
afterAll(() => test.close());

it('counts a part of a large table, and says that the numbers are an estimate', async () => {
  const counts = async (query = {}) =>
    (await test.keystamp.listApiKeys({ ...query, counts: true, limit: 1 })).counts;
  const all = await counts();
  expect(all?.isEstimate).toBe(true);
  expect(all?.unusedForNever).toBeGreaterThan(16_000);
  expect(all?.unusedForNever).toBeLessThan(24_000);
  expect(all?.statusDisabled).toBe(0);
  // The same pages each time: what did not change has the same number.
  expect(await counts()).toEqual(all);
  expect(await counts({ userId: 'few' })).toMatchObject({ isEstimate: false, unusedForNever: 4 });
});
