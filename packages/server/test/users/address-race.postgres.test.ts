import { until } from '@keystamp/testing/until';
import { inTransaction } from 'keystamp/database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addUsers } from '../../../core/src/sql/import-keys.js';
import { lockUser } from '../../../core/src/sql/lock-user.js';
import { addUser } from '../../src/auth/users/add-user.js';
import { insertUser } from '../../src/sql/insert-user.js';
import { createTestServer, type TestServer } from '../support/test-server.js';

const isPostgres = process.env['KEYSTAMP_TEST_DATABASE'] === 'postgres';

/** Two transactions at once, which the embedded database does not have. */
describe.runIf(isPostgres)('an address and an id of the same text, at the same moment', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await createTestServer();
  });
  afterAll(() => server.close());

  async function somebodyWaits(): Promise<boolean> {
    const { rows } = await server.ground.database.query<{ waits: boolean }>(
      `select exists (select from pg_stat_activity
         where datname = current_database() and wait_event = 'advisory') as waits`,
    );
    return rows[0]?.waits === true;
  }

  /** What comes of `second`, which begins while the transaction of `first` is open. */
  async function after(
    first: (session: Parameters<typeof lockUser>[0]) => Promise<unknown>,
    second: () => Promise<unknown>,
  ): Promise<unknown> {
    let outcome: Promise<unknown> = Promise.resolve();
    await inTransaction(server.ground.database, async (session) => {
      await first(session);
      outcome = second().catch((error: Error) => error.message);
      await until(somebodyWaits);
    });
    return outcome;
  }

  const bea = { email: 'bea@example.com', name: null, passwordHash: null, isAdmin: false };

  it('the id is refused where the address is first', async () => {
    const create = () =>
      server.keystamp.createApiKey({ userId: 'Bea@Example.com', name: 'A ghost' });
    expect(await after((session) => insertUser(session, bea), create)).toBe(
      'userId: expected the id of a user; this is the address of one',
    );
  });

  it('the address is refused where the id is first', async () => {
    const context = { keystamp: server.keystamp, passwords: { hash: async () => '' } } as never;
    for (const [id, add] of [
      ['Cyd@example.com', lockUser],
      ['Dot@example.com', (session, id) => addUsers(session, ['z@example.com', id])],
    ] as [string, typeof lockUser][]) {
      const outcome = await after(
        (session) => add(session, id),
        () => addUser(context, { email: id.toLowerCase() }),
      );
      expect(outcome).toBe('email: taken by another user');
    }
  });
});
