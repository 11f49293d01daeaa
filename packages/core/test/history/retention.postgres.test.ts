import { createTestDatabase, type TestDatabase } from '@keystamp/testing/databases/test-database';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deleteOldEvents } from '../../src/sql/delete-old-events.js';

let ground: TestDatabase;
beforeAll(async () => {
  ground = await createTestDatabase();
  await ground.database.query(
    `insert into keystamp.key_events (key_id, user_id, at, kind, actor, detail)
     select gen_random_uuid(), 'ada', now() - interval '500 days', 'updated', '{"kind": "library"}', '{}'
     from generate_series(1, 1500)`,
  );
});
afterAll(() => ground.drop());

it('two instances delete different events at the same time, and neither waits', async () => {
  const first = await ground.database.connect();
  try {
    await first.query('begin');
    expect(await deleteOldEvents(first, 400)).toBe(1_000);
    expect(await deleteOldEvents(ground.database, 400)).toBe(500);
    await first.query('commit');
  } finally {
    first.release();
  }
});
