import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeyServer, type KeyServer } from '../support/key-server.js';
import { createTestServer } from '../support/test-server.js';

let server: KeyServer;

beforeAll(async () => {
  server = await createKeyServer();
});
afterAll(() => server.close());

function revoke(payload: string) {
  return server.app.inject({
    method: 'POST',
    url: '/oauth2/revoke',
    payload,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
}

describe('POST /oauth2/revoke (RFC 7009)', () => {
  describe('200', () => {
    it('ends the key that is shown, and writes it to the log', async () => {
      const { apiKey, key } = await server.issue();
      const answer = await revoke(`token=${apiKey}&token_type_hint=refresh_token`);
      expect([answer.statusCode, answer.body]).toEqual([200, '']);
      expect((await server.ask({ url: '/verify', key: apiKey })).statusCode).toBe(401);
      const line = server.logged.find((text) => text.includes(key.id) && text.includes('revoked'));
      expect(JSON.parse(line as string)).toMatchObject({ audit: true, by: 'the key itself' });
    });

    it('ends an expired key too, for good', async () => {
      const { apiKey, key } = await server.issue();
      const past = `update keystamp.api_keys set expires_at = now() - interval '1 s' where id = $1`;
      await server.ground.database.query(past, [key.id]);
      await revoke(`token=${apiKey}`);
      expect((await server.keystamp.getApiKey(key.id))?.status).toBe('revoked');
    });

    it('is the answer to whatever is no key, word for word', async () => {
      const { unknown, revoked } = await server.refusedKeys();
      const { apiKey } = await server.issue();
      const before = await server.rows();
      const bodies = [];
      for (const token of [unknown, revoked, 'ks_garbage']) {
        const answer = await revoke(`token=${token}`);
        bodies.push([answer.statusCode, answer.body]);
      }
      expect(await server.rows()).toEqual(before);
      const ended = await revoke(`token=${apiKey}`);
      expect(bodies).toEqual(Array(3).fill([ended.statusCode, ended.body]));
    });
  });

  it('400 without a token', async () => {
    const answer = await revoke('');
    expect(answer.statusCode).toBe(400);
    expect(answer.json().error).toBe('invalid_request');
  });
});

describe('GET /.well-known/oauth-authorization-server (RFC 8414)', () => {
  it('names the endpoints under the public URL', async () => {
    const open = await createTestServer({
      env: { KEYSTAMP_PUBLIC_URL: 'http://keys.example.com' },
    });
    try {
      const answer = await open.app.inject({ url: '/.well-known/oauth-authorization-server' });
      expect(answer.json()).toMatchObject({
        issuer: 'http://keys.example.com',
        introspection_endpoint: 'http://keys.example.com/oauth2/introspect',
        revocation_endpoint: 'http://keys.example.com/oauth2/revoke',
        response_types_supported: [],
      });
    } finally {
      await open.close();
    }
  });

  const issuerAt = async (host: string) => {
    const url = '/.well-known/oauth-authorization-server';
    return (await server.app.inject({ url, headers: { host } })).json().issuer;
  };

  it.each(['localhost:4747', '127.0.0.1:4747', '[::1]:4747', 'keys.localhost:4747'])(
    'names them where it was asked, without one: %s',
    async (host) => {
      expect(await issuerAt(host)).toBe(`http://${host}`);
    },
  );

  it.each([
    'evil.example',
    'evil.example:4747',
    'localhost:4748',
    'localhost',
    'localhost.evil.example:4747',
    'a@localhost:4747',
    'localhost:4747/evil',
    'localhost:4747#evil',
    'ha ha',
  ])('is no issuer because somebody says so: %s', async (host) => {
    expect(await issuerAt(host)).toMatch(/^http:\/\/(127\.0\.0\.1|localhost):4747$/);
  });
});
