import { startPostgres } from '@keystamp/testing/postgres/server';
import { until } from '@keystamp/testing/until';
import { createKeystamp } from 'keystamp';
import { isDatabaseAway, openDatabase } from 'keystamp/database';
import { describe, expect, it } from 'vitest';
import { buildApp } from '../src/app.js';
import { newSecret } from '../src/auth/sessions/session-id.js';
import { openLog } from '../src/log/log.js';
import { migrateServerUp } from '../src/schema/schema.js';
import { configOf } from './support/test-server.js';

const isPostgres = process.env['KEYSTAMP_TEST_DATABASE'] === 'postgres';

describe('while the database is away', { timeout: 120_000 }, () => {
  it.runIf(isPostgres)(
    'K4: keys, sessions, sign-in and set-up answer 503 and never 401, and recover by themselves',
    async () => {
      const postgres = await startPostgres();
      const database = await openDatabase(postgres.url);
      await migrateServerUp(database);
      const keystamp = await createKeystamp({ database, outageGraceMs: 0 });
      const { app } = await buildApp({ keystamp, config: configOf({}), logger: openLog('silent') });
      const { apiKey } = await keystamp.createApiKey({ userId: 'ada', name: 'A key' });
      const statuses = async () => {
        const answers = await Promise.all([
          app.inject({ url: '/verify', headers: { 'x-api-key': apiKey } }),
          app.inject({ url: '/api/auth/me', headers: { cookie: `keystamp=${newSecret()}` } }),
          app.inject({ url: '/api/setup' }),
          app.inject({
            method: 'POST',
            url: '/api/auth/login',
            payload: { email: 'ada@example.com', password: 'correct horse battery' },
          }),
        ]);
        return answers.map((answer) => [answer.statusCode, answer.headers['retry-after']]);
      };
      try {
        const normal = [
          [204, undefined],
          [401, undefined],
          [200, undefined],
          [401, undefined],
        ];
        expect(await statuses()).toEqual(normal);
        await postgres.stop('immediate');
        // Until the end of its connections is heard of, a known key is served.
        await until(() => !keystamp.health().listening);
        expect(await statuses()).toEqual([
          [503, '1'],
          [503, '1'],
          [503, '1'],
          [503, '1'],
        ]);
        await until(async () => (await app.inject({ url: '/readyz' })).statusCode === 503);
        expect((await app.inject({ url: '/healthz' })).statusCode).toBe(200);
        await postgres.start();
        await until(async () => (await app.inject({ url: '/readyz' })).statusCode === 200);
        expect(await statuses()).toEqual(normal);
      } finally {
        await app.close();
        await keystamp.close();
        await database.end();
        await postgres.end();
      }
    },
  );

  it.each([
    ['ECONNREFUSED', '', true],
    ['57P03', 'the database system is starting up', true],
    ['53300', 'too many clients', true],
    ['08006', 'connection failure', true],
    ['25006', 'read-only', true],
    [undefined, 'Connection terminated unexpectedly', true],
    [undefined, 'timeout exceeded when trying to connect', true],
    ['42P01', 'relation does not exist', false],
    ['23505', 'duplicate key', false],
    [undefined, 'undefined is not a function', false],
  ])('%s %s: away is %s', (code, message, away) => {
    expect(isDatabaseAway(Object.assign(new Error(message), { code }))).toBe(away);
  });
});
