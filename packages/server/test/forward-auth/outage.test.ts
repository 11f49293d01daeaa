import { until } from '@keystamp/testing/until';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeyServer, type KeyServer } from '../support/key-server.js';

let server: KeyServer;

beforeAll(async () => {
  server = await createKeyServer();
});
afterAll(() => server.close());

describe('K4: an outage is not a refusal', () => {
  it('a table that is missing is no outage either: neither the answer nor the log calls it one', async () => {
    const { apiKey } = await server.issue();
    await withBrokenTable(async () => {
      const answer = await server.ask({ url: '/verify', key: apiKey });
      expect([answer.statusCode, answer.json().detail]).toEqual([
        503,
        'The database is unavailable. Try again.',
      ]);
    });
    const log = server.logged.join('');
    expect(log).toContain('The database answers, but rejects the query for a key.');
    expect(log).toContain('api_keys\\" does not exist');
    expect(log).not.toContain('The database answers again.');
  });

  it('503 with Retry-After where the database is unavailable, and never 401', async () => {
    const { apiKey } = await server.issue();
    await withBrokenTable(async () => {
      for (const url of ['/verify', '/api/api-keys']) {
        const answer = await server.ask({ url, key: apiKey });
        expect(answer.statusCode).toBe(503);
        expect(answer.headers['retry-after']).toBeDefined();
        expect(answer.headers['www-authenticate']).toBeUndefined();
      }
      const introspection = await server.ask({
        method: 'POST',
        url: '/oauth2/introspect',
        key: apiKey,
        payload: `token=${apiKey}`,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      });
      expect(introspection.statusCode).toBe(503);
      expect(introspection.body).not.toContain('active');
    });
    expect((await server.ask({ url: '/verify', key: apiKey })).statusCode).toBe(204);
  });

  it('401 for what is no key by its shape needs no database', async () => {
    await withBrokenTable(async () => {
      expect((await server.ask({ url: '/verify', key: 'ks_garbage' })).statusCode).toBe(401);
    });
  });
});

/** Keys of this instance that it has not cached cannot be looked up meanwhile. Ends when it asks the database again. */
async function withBrokenTable(work: () => Promise<void>): Promise<void> {
  const { database } = server.ground;
  await database.query('alter table keystamp.api_keys rename to hidden');
  try {
    await work();
  } finally {
    await database.query('alter table keystamp.hidden rename to api_keys');
    await until(() => server.keystamp.health().databaseReachable);
  }
}
