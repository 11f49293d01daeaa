import { createTestDatabase, type TestDatabase } from '@keystamp/testing/databases/test-database';
import { until } from '@keystamp/testing/until';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createKeystamp, type Keystamp, type Validation } from '../../src/index.js';
import { type WatchedDatabase, watch } from './watched-database.js';

const MESSAGES = 400_000;

let ground: TestDatabase;
let watched: WatchedDatabase;
let keystamp: Keystamp;
beforeAll(async () => {
  ground = await createTestDatabase();
  watched = watch(ground.database);
  keystamp = await createKeystamp({ database: watched });
});
afterAll(async () => {
  watched.letGo();
  await keystamp.close();
  await ground.drop();
});

const isAboutImports = (text: string) => text.includes('where imported');
const questions = () => watched.sent.filter(isAboutImports).length;
const byHand = (sql: string) => ground.database.query(sql);

/** A notification of each kind for each number, equal to no other of them: unknown ids, unknown kinds, short and long ones. */
const FLOOD = `select pg_notify('keystamp_changes',
    case n % 4 when 0 then 'k' || (n + 1024) when 1 then 'i' || n when 2 then '*' || n
      else (case n % 400 when 3 then repeat('x', 7000) else '' end) || n end)
  from generate_series(1, ${MESSAGES}) n`;

it('K4 a flood of notifications has one question with the database at a time, and the instance goes on', async () => {
  const { apiKey, key } = await keystamp.createApiKey({ userId: 'ada', name: 'A key' });
  await until(async () => (await keystamp.validateUserApiKey(apiKey)).valid);
  const before = questions();
  watched.holdAnswers(isAboutImports);
  await byHand(FLOOD);
  await byHand(`update keystamp.api_keys set revoked_at = now() where id = '${key.id}'`);
  await until(async () => !(await keystamp.validateUserApiKey(apiKey)).valid);
  await until(() => watched.held > 0);
  expect(questions()).toBe(before + 1);
  watched.letGo();
  const foreign = () => keystamp.validateUserApiKey('sk-live-0123');
  await until(async () => isMalformed(await foreign()));
  await until(() => keystamp.health().listening);
});

function isMalformed(validation: Validation): boolean {
  return !validation.valid && validation.reason === 'malformed';
}
