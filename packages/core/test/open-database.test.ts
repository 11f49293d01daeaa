import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

let ground: TestDatabase;
beforeAll(async () => {
  ground = await createTestDatabase();
});
afterAll(() => ground.drop());

test('a database has the schema', async () => {
  const { rows } = await ground.database.query('select count(*) as n from keystamp.api_keys');
  expect(rows).toEqual([{ n: '0' }]);
});
