import { randomBytes } from 'node:crypto';
import { until } from '@keystamp/testing/until';
import type { Database } from 'keystamp/database';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { changeUser } from '../../src/auth/users/change-user.js';
import { insertSession } from '../../src/sql/insert-session.js';
import { readPasswordHash } from '../../src/sql/read-password-hash.js';
import { createTestServer, type TestServer } from '../support/test-server.js';

const isPostgres = process.env['KEYSTAMP_TEST_DATABASE'] === 'postgres';

/** Two transactions at once, which the embedded database does not have. */
describe.runIf(isPostgres)('a sign-in while the user is changed', () => {
  let server: TestServer;
  let database: Database;
  let id: string;
  let hash: string;
  let count = 0;

  beforeAll(async () => {
    server = await createTestServer();
    ({ database } = server.ground);
  });
  beforeEach(async () => {
    id = (await server.addUser(`bob${++count}`)).id;
    hash = (await readPasswordHash(database, id)) as string;
  });
  afterAll(() => server.close());

  async function somebodyWaits(): Promise<boolean> {
    const { rows } = await database.query<{ waits: boolean }>(
      `select exists (select from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock') as waits`,
    );
    return rows[0]?.waits === true;
  }

  async function sessions(): Promise<number> {
    const { rows } = await database.query('select 1 from keystamp.sessions where user_id = $1', [
      id,
    ]);
    return rows.length;
  }

  it.each([
    ['gets a new password', `update keystamp.users set password_hash = 'new' where id = $1`],
    ['is deactivated', 'update keystamp.users set is_active = false where id = $1'],
  ])('does not begin where the user %s before it', async (_name, change) => {
    const other = await database.connect();
    await other.query('begin');
    await other.query(change, [id]);
    const begun = insertSession(database, randomBytes(32), id, hash);
    await until(somebodyWaits);
    await other.query('commit');
    other.release();
    expect(await begun).toBe(false);
    expect(await sessions()).toBe(0);
  });

  it.each([
    ['gets a new password', { password: 'set by an administrator' }],
    ['is deactivated', { is_active: false }],
  ])('is ended where the user %s after it', async (_name, change) => {
    const other = await database.connect();
    await other.query('begin');
    expect(await insertSession(other, randomBytes(32), id, hash)).toBe(true);
    const changed = changeUser(server.context, id, change);
    await until(somebodyWaits);
    await other.query('commit');
    other.release();
    await changed;
    expect(await sessions()).toBe(0);
  });
});
