import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeyServer, type KeyServer } from '../support/key-server.js';

let server: KeyServer;

beforeAll(async () => {
  server = await createKeyServer({ env: { KEYSTAMP_INTROSPECTION_MAX_AGE: '10' } });
});
afterAll(() => server.close());

async function introspect(token: string, at: KeyServer = server) {
  const gateway = await at.issue({ userId: at.ada.id, scopes: ['introspect'] });
  const answer = await at.ask({
    method: 'POST',
    url: '/oauth2/introspect',
    key: gateway.apiKey,
    payload: `token=${token}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  expect(answer.headers['cache-control']).toBe('no-store');
  return answer.json();
}

/** Seconds of the database's clock before and after it runs. */
async function within<T>(run: () => Promise<T>) {
  const from = Math.floor(server.keystamp.now().getTime() / 1000);
  const value = await run();
  return { from, value, to: Math.floor(server.keystamp.now().getTime() / 1000) };
}

describe('KEYSTAMP_INTROSPECTION_MAX_AGE', () => {
  it.each<[string, Date | null]>([
    ['a key that expires late', new Date('2100-01-01T00:00:00Z')],
    ['a key that does not expire', null],
  ])('the exp of %s is that many seconds ahead', async (_name, expiresAt) => {
    const { apiKey } = await server.issue({ expiresAt });
    const { from, value, to } = await within(() => introspect(apiKey));
    expect(value.active).toBe(true);
    expect(value.exp).toBeGreaterThanOrEqual(from + 10);
    expect(value.exp).toBeLessThanOrEqual(to + 10);
  });

  it('the exp of a key that expires earlier is its own', async () => {
    const { apiKey, key } = await server.issue({
      expiresAt: new Date(server.keystamp.now().getTime() + 3_600_000),
    });
    const soon = `update keystamp.api_keys set expires_at = now() + interval '9 s' where id = $1
      returning expires_at`;
    const { rows } = await server.ground.database.query<{ expires_at: Date }>(soon, [key.id]);
    const expiry = Math.floor((rows[0]?.expires_at.getTime() ?? 0) / 1000);
    expect(await introspect(apiKey)).toMatchObject({ active: true, exp: expiry });
  });

  it('0: no answer has an exp', async () => {
    const other = await createKeyServer({ env: { KEYSTAMP_INTROSPECTION_MAX_AGE: '0' } });
    try {
      const { apiKey } = await other.issue({ expiresAt: new Date('2100-01-01T00:00:00Z') });
      const answer = await introspect(apiKey, other);
      expect([answer.active, 'exp' in answer]).toEqual([true, false]);
    } finally {
      await other.close();
    }
  });
});
