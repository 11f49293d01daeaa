import { randomBytes } from 'node:crypto';
import { until } from '@keystamp/testing/until';
import type { Database, Session } from 'keystamp/database';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bindOidcSubject } from '../../src/sql/bind-oidc-subject.js';
import { insertSessionBySubject } from '../../src/sql/insert-session-by-subject.js';
import { createTestServer, type TestServer } from '../support/test-server.js';

const isPostgres = process.env['KEYSTAMP_TEST_DATABASE'] === 'postgres';
const bob = { issuer: 'https://id.example.com', subject: 'b-2' };
const deactivate = `update keystamp.users set is_active = false where email = 'bob@example.com'`;

/** Two transactions at once, which the embedded database does not have. */
describe.runIf(isPostgres)('a sign-in while the user is deactivated', () => {
  let server: TestServer;
  let database: Database;

  beforeAll(async () => {
    server = await createTestServer();
    ({ database } = server.ground);
  });
  beforeEach(async () => {
    await database.query('delete from keystamp.users');
    await server.addUser('bob');
  });
  afterAll(() => server.close());

  async function somebodyWaits(): Promise<boolean> {
    const { rows } = await database.query<{ waits: boolean }>(
      `select exists (select from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock') as waits`,
    );
    return rows[0]?.waits === true;
  }

  /** In a transaction that commits once `work` is done. A promise in its result may wait for that. */
  async function whileUnderWay<T extends object>(work: (other: Session) => Promise<T>): Promise<T> {
    const other = await database.connect();
    await other.query('begin');
    try {
      return await work(other);
    } finally {
      await other.query('commit');
      other.release();
    }
  }

  it.each([
    ['begins no session', true, () => insertSessionBySubject(database, randomBytes(32), bob), null],
    ['binds nothing', false, () => bindOidcSubject(database, bob, 'bob@example.com'), 'unknown'],
  ])('%s', async (_name, isBound, signIn, outcome) => {
    if (isBound) await bindOidcSubject(database, bob, 'bob@example.com');
    const { begun } = await whileUnderWay(async (other) => {
      await other.query(deactivate);
      const begun = signIn();
      await until(somebodyWaits);
      return { begun };
    });
    expect(await begun).toBe(outcome);
  });

  it('is ended where the deactivation comes after it', async () => {
    await bindOidcSubject(database, bob, 'bob@example.com');
    const { deactivated } = await whileUnderWay(async (other) => {
      expect(await insertSessionBySubject(other, randomBytes(32), bob)).not.toBeNull();
      const deactivated = database.query(deactivate);
      await until(somebodyWaits);
      return { deactivated };
    });
    await deactivated;
    expect((await database.query('select from keystamp.sessions')).rows).toEqual([]);
  });
});
