import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestServer, type TestServer } from './support/test-server.js';

let server: TestServer;
let cookie: string;

beforeAll(async () => {
  server = await createTestServer();
  await server.addUser('ada', { isAdmin: true });
  cookie = await server.signIn('ada');
});
afterAll(() => server.close());

describe('security headers', () => {
  it('are on every answer, errors included', async () => {
    for (const url of ['/', '/api/setup', '/nothing']) {
      const { headers } = await server.app.inject({ url });
      const policy = String(headers['content-security-policy']);
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).toContain("require-trusted-types-for 'script'");
      expect(policy).not.toContain('unsafe');
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['x-frame-options']).toBe('DENY');
      expect(headers['referrer-policy']).toBe('no-referrer');
    }
  });

  it.each([
    ['/verify', 204],
    ['/ext-authz/-/orders/7', 200],
  ])('are not for a proxy that %s lets pass a request on', async (url, status) => {
    const { id: userId } = await server.addUser(`proxied-${status}`);
    const { apiKey, key } = await server.keystamp.createApiKey({ userId, name: 'A key' });
    const answer = await server.app.inject({ url, headers: { 'x-api-key': apiKey } });
    expect(answer.statusCode).toBe(status);
    const { date: _, connection: __, 'content-length': ___, ...headers } = answer.headers;
    expect(headers).toEqual({
      'cache-control': 'no-store',
      'x-keystamp-user': encodeURIComponent(userId),
      'x-keystamp-key-id': key.id,
      'x-keystamp-scopes': '',
    });
    const refused = await server.app.inject({ url, headers: { 'x-api-key': 'not a key' } });
    expect(refused.headers['x-content-type-options']).toBe('nosniff');
  });

  it('promise no https where there is none', async () => {
    const { headers } = await server.app.inject({ url: '/' });
    expect(headers).not.toHaveProperty('strict-transport-security');
  });

  it.each([
    ['https://keys.example.com', 'max-age=31536000; includeSubDomains'],
    // The promise is about all ports of the name.
    ['https://localhost:4747', undefined],
  ])('promise https of %s: %s', async (url, promise) => {
    const other = await createTestServer({ env: { KEYSTAMP_PUBLIC_URL: url } });
    try {
      const { headers } = await other.app.inject({ url: '/healthz' });
      expect(headers['strict-transport-security']).toBe(promise);
    } finally {
      await other.close();
    }
  });
});

describe('what may be stored on the way', () => {
  it.each(['/%61pi/api-keys', '/%76erify', '/api/%61uth/me', '/oauth2/introspec%74', '/healthz'])(
    'nothing of %s, however its path is written',
    async (url) => {
      const answer = await server.app.inject({ url, headers: { cookie } });
      expect(answer.headers['cache-control']).toBe('no-store');
    },
  );
});
