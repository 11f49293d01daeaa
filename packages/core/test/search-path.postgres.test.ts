import { randomBytes } from 'node:crypto';
import { ALARM } from '@keystamp/testing/databases/shadows';
import { execute } from '@keystamp/testing/databases/templates';
import { createTestDatabase, type TestDatabase } from '@keystamp/testing/databases/test-database';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from '../src/database/open-database.js';
import { createKeystamp } from '../src/index.js';
import { deleteOldEvents } from '../src/sql/delete-old-events.js';

let ground: TestDatabase;
let url: string;
beforeAll(async () => {
  ground = await createTestDatabase();
  url = ground.url as string;
});
afterAll(() => ground.drop());

test('every function of the schema has a search path of its own', async () => {
  const { rows } = await ground.database.query(
    `select p.oid::regprocedure::text as function, p.proconfig as settings from pg_catalog.pg_proc p
      where p.pronamespace = 'keystamp'::regnamespace`,
  );
  expect(rows.length).toBeGreaterThan(5);
  for (const { function: name, settings } of rows) {
    expect(settings, String(name)).toContain('search_path=pg_catalog, pg_temp');
  }
});

test('the alarm of the test databases goes off', async () => {
  await expect(execute(url, `select 1::numeric * 1`)).rejects.toThrow(ALARM);
  await expect(execute(url, `select cardinality('{}'::text[])`)).rejects.toThrow(ALARM);
  await expect(execute(url, `select 'k'::text || 1`)).rejects.toThrow(ALARM);
});

test('connections of our own find nothing in "public"', async () => {
  const database = await openDatabase(url);
  const direct = await database.connectDirect();
  try {
    for (const executor of [database, direct]) {
      const { rows } = await executor.query('show search_path');
      expect(rows).toEqual([{ search_path: 'pg_catalog, pg_temp' }]);
      await expect(executor.query(`select 'k' || 1`)).resolves.toBeDefined();
    }
  } finally {
    direct.release();
    await database.end();
  }
});

test('on a pool handed in, statements pass what shadows them', async () => {
  const pool = new pg.Pool({ connectionString: url });
  const keystamp = await createKeystamp({ database: pool, precisionMs: 200, flushIntervalMs: 50 });
  try {
    const { key, apiKey } = await keystamp.createApiKey({ userId: 'ada', name: 'A key' });
    expect(await keystamp.validateUserApiKey(apiKey)).toMatchObject({ valid: true });
    await keystamp.flush();
    for (const sort of ['last_used_at', 'created_at', 'name', 'expires_at'] as const) {
      const page = await keystamp.listApiKeys({ sort, limit: 1, q: 'key', status: 'active' });
      expect(page.keys).toHaveLength(1);
    }
    await keystamp.listApiKeys({ unusedFor: 30 });
    await ground.database.query(
      `update keystamp.api_keys set created_at = now() - interval '9 days', last_used_at = null`,
    );
    await ground.database.query(`update keystamp.tracking set since = now() - interval '9 days'`);
    for (const limit of [{}, { userId: 'ada' }]) {
      const { disabled } = await keystamp.sweep({ disableUnused: 2, revokeDisabled: 2, ...limit });
      expect(disabled).toBe(1);
      await keystamp.enableApiKey(key.id);
      await ground.database.query(`update keystamp.key_events set at = at - interval '9 days'`);
    }
    await deleteOldEvents(keystamp.database, 400);
    const request = {
      userId: 'ada',
      name: 'Sent twice',
      idempotencyKey: randomBytes(16).toString('hex'),
    };
    const first = await keystamp.createApiKey(request);
    expect((await keystamp.createApiKey(request)).key.id).toBe(first.key.id);
    await keystamp.updateApiKey(key.id, { name: 'Another' });
    await keystamp.importApiKeys([{ userId: 'bea', name: 'Old', keyHash: randomBytes(32) }]);
    const rotated = await keystamp.rotateApiKey(key.id, { graceSeconds: 60 });
    await keystamp.revokeApiKeys([{ id: key.id, lastUsedAt: null }]);
    await keystamp.deleteApiKey(key.id);
    await keystamp.setUserActive('ada', false);
    expect(rotated).toBeDefined();
  } finally {
    await keystamp.close();
    await pool.end();
  }
});

test('a role without rights on the schema makes nobody an administrator', async () => {
  const own = await createTestDatabase({ migrated: false });
  const ownUrl = own.url as string;
  const mallory = `mallory_${randomBytes(6).toString('hex')}`;
  const pool = new pg.Pool({ connectionString: ownUrl });
  const keystamp = await createKeystamp({ database: pool });
  try {
    await execute(
      ownUrl,
      `create role ${mallory};
       grant create, usage on schema public to ${mallory};
       set role ${mallory};
       create function public.promote(text, integer) returns text language plpgsql as $$ begin
         update keystamp.users set is_admin = true;
         return pg_catalog.concat($1, $2);
       end $$;
       create operator public.|| (leftarg = text, rightarg = integer, function = public.promote)`,
    );
    const { key } = await keystamp.createApiKey({ userId: 'mallory', name: 'Bait' });
    await keystamp.revokeApiKey(key.id);
    const { rows } = await own.database.query('select id, is_admin from keystamp.users');
    expect(rows).toEqual([{ id: 'mallory', is_admin: false }]);
  } finally {
    await keystamp.close();
    await pool.end();
    await execute(ownUrl, `drop owned by ${mallory} cascade; drop role ${mallory}`);
    await own.drop();
  }
});
