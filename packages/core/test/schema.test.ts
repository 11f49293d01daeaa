import { readFileSync } from 'node:fs';
import { createTestDatabase, type TestDatabase } from '@keystamp/testing/databases/test-database';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dumpSchema } from '../src/database/migrate/dump-schema.js';

let ground: TestDatabase;
beforeAll(async () => {
  ground = await createTestDatabase();
});
afterAll(() => ground.drop());

const written = readFileSync(new URL('../schema.sql', import.meta.url), 'utf8');
const withoutHeader = (sql: string) => sql.replace(/^--.*\n\n/, '');

test('schema.sql is what the migrations make (else: npm run schema)', async () => {
  expect(await dumpSchema(ground.database)).toBe(withoutHeader(written));
});

test('schema.sql makes the same schema again', async () => {
  const fresh = await createTestDatabase({ migrated: false });
  try {
    await fresh.database.query(written);
    expect(await dumpSchema(fresh.database)).toBe(withoutHeader(written));
  } finally {
    await fresh.drop();
  }
});

test.each([
  ['a view', 'create view keystamp.keys as select id from keystamp.api_keys', 'v keys'],
  ['a type', `create type keystamp.mood as enum ('calm')`, 'type mood'],
  ['a comment', `comment on table keystamp.users is 'people'`, 'comment people'],
])('%s, which the dump does not know, is not left out in silence', async (_, sql, what) => {
  const session = await ground.database.connect();
  try {
    await session.query('begin');
    await session.query(sql);
    await expect(dumpSchema(session)).rejects.toThrow(what);
    await session.query('rollback');
  } finally {
    session.release();
  }
});
