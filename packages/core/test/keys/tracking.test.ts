import { createTestDatabase, type TestDatabase } from '@keystamp/testing/databases/test-database';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { listApiKeys } from '../../src/keys/list-keys.js';
import { Tracking } from '../../src/keys/tracking.js';

let ground: TestDatabase;
beforeAll(async () => {
  ground = await createTestDatabase();
});
afterAll(() => ground.drop());

it('a page of keys is one statement, but for the first in a minute', async () => {
  const texts: string[] = [];
  const database: Pick<Database, 'query'> = {
    query: (text, params) => {
      texts.push(text);
      return ground.database.query(text, params);
    },
  };
  let now = 0;
  const tracking = new Tracking(database as Database, { hostNow: () => now, now: () => now });
  const first = await listApiKeys(database as Database, tracking, {});
  now = 59_999;
  const second = await listApiKeys(database as Database, tracking, {});
  expect(second.trackingSince).toEqual(first.trackingSince);
  expect(texts.map((text) => /from keystamp\.(\w+)/.exec(text)?.[1]).sort()).toEqual([
    'api_keys',
    'api_keys',
    'tracking',
  ]);
  now = 60_000;
  await listApiKeys(database as Database, tracking, {});
  expect(texts).toHaveLength(5);
});
