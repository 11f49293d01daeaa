import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestServer, PASSWORD, type TestServer } from './support/test-server.js';

const ORIGIN = 'https://example.com';
const INDEX = `<meta name="keystamp-path" content="" /><script src="./theme.js"></script><a href="/">`;

let folder: string;
let server: TestServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'keystamp-page-'));
  writeFileSync(join(folder, 'index.html'), INDEX);
  writeFileSync(join(folder, 'theme.js'), 'start();');
  server = await createTestServer({
    pageFolder: folder,
    env: { KEYSTAMP_PUBLIC_URL: `${ORIGIN}/keys/`, KEYSTAMP_METRICS: 'all' },
  });
  await server.addUser('ada', { isAdmin: true });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

/** As a page of the host sends it. */
const send = ({ headers, ...request }: InjectOptions) =>
  server.app.inject({ ...request, headers: { origin: ORIGIN, ...headers } });

const signIn = (path: string) =>
  send({
    method: 'POST',
    url: `${path}/api/auth/login`,
    payload: { email: 'ada@example.com', password: PASSWORD },
  });

/** A proxy passes the path on, or takes it off. */
describe.each(['/keys', ''])('behind a proxy that sends %j', (path) => {
  it('serves the page, its files and its addresses', async () => {
    for (const url of [`${path}/`, `${path}/users`, `${path}/sign-in?next=%2Fusers`]) {
      const answer = await send({ url, headers: { accept: 'text/html' } });
      expect([url, answer.statusCode]).toEqual([url, 200]);
      expect(answer.body).toBe(
        '<meta name="keystamp-path" content="/keys" /><script src="/keys/theme.js"></script><a href="/">',
      );
    }
    expect((await send({ url: `${path}/theme.js` })).body).toBe('start();');
  });

  it('signs in with cookies that browsers send below the path alone', async () => {
    const answer = await signIn(path);
    expect(answer.statusCode).toBe(200);
    expect(answer.cookies).toEqual([
      expect.objectContaining({
        name: '__Secure-keystamp',
        path: '/keys/',
        secure: true,
        httpOnly: true,
        sameSite: 'Lax',
      }),
      expect.objectContaining({
        name: '__Secure-keystamp-browser',
        path: '/keys/api/auth/login',
        secure: true,
        sameSite: 'Strict',
      }),
    ]);
    const cookie = `${answer.cookies[0]?.name}=${answer.cookies[0]?.value}`;
    const me = await send({ url: `${path}/api/auth/me`, headers: { cookie } });
    expect(me.json().user.email).toBe('ada@example.com');
    const out = await send({
      method: 'POST',
      url: `${path}/api/auth/logout`,
      headers: { cookie },
    });
    expect(out.cookies).toEqual([
      expect.objectContaining({ name: '__Secure-keystamp', path: '/keys/', value: '' }),
    ]);
  });

  it('refuses the page of another origin, and names its own', async () => {
    const headers = { origin: 'https://example.org' };
    const answer = await send({ method: 'POST', url: `${path}/api/auth/login`, headers });
    expect(answer.statusCode).toBe(403);
    expect(answer.json().detail).toMatch(/Expected Origin: https:\/\/example\.com$/);
  });

  it('answers proxies, load balancers and programs', async () => {
    const { apiKey } = await server.keystamp.createApiKey({ userId: 'ada', name: 'Shop' });
    const headers = { 'x-api-key': apiKey };
    expect((await send({ url: `${path}/verify`, headers })).statusCode).toBe(204);
    const envoy = await send({ url: `${path}/ext-authz/-/keys/orders/..%2f`, headers });
    expect(envoy.statusCode).toBe(200);
    const leaked = await send({ url: `${path}/ext-authz/-/orders?token=${apiKey}`, headers });
    expect(leaked.statusCode).toBe(400);
    expect((await send({ url: `${path}/healthz` })).statusCode).toBe(200);
    expect((await send({ url: `${path}/readyz` })).statusCode).toBe(200);
    expect((await send({ url: `${path}/nothing` })).statusCode).toBe(404);
    const wrong = await send({ method: 'PUT', url: `${path}/readyz` });
    expect([wrong.statusCode, wrong.headers.allow]).toEqual([405, 'GET, HEAD']);
  });

  it('describes itself with the path', async () => {
    const document = (await send({ url: `${path}/openapi.json` })).json();
    expect(document.servers).toEqual([{ url: 'https://example.com/keys' }]);
    expect(document.components.securitySchemes.session.name).toBe('__Secure-keystamp');
    expect(Object.keys(document.paths)).toContain('/api/users');
  });

  it('has the metadata of its issuer below the path', async () => {
    const url = `${path}/.well-known/oauth-authorization-server`;
    expect((await send({ url })).json()).toMatchObject(ISSUED);
  });

  it('leads who opened a link with a key to its own page', async () => {
    const { apiKey } = await server.keystamp.createApiKey({ userId: 'ada', name: 'Shared' });
    const headers = { accept: 'text/html' };
    const answer = await send({ url: `${path}/?q=${apiKey}`, headers });
    expect(answer.statusCode).toBe(400);
    expect(answer.body).toContain('<a href="/keys/">');
  });
});

const ISSUED = {
  issuer: 'https://example.com/keys',
  introspection_endpoint: 'https://example.com/keys/oauth2/introspect',
  revocation_endpoint: 'https://example.com/keys/oauth2/revoke',
};

it('RFC 8414 §3.1: the metadata of an issuer with a path stand beside the path', async () => {
  const url = '/.well-known/oauth-authorization-server/keys';
  expect((await send({ url })).json()).toMatchObject(ISSUED);
  expect((await send({ url: url.replace('keys', 'other') })).statusCode).toBe(404);
});

it('another path is not its own', async () => {
  for (const url of ['/keysfoo/verify', '/Keys/healthz', '/%6beys/healthz', '/keys/keys/healthz']) {
    expect([url, (await send({ url })).statusCode]).toEqual([url, 404]);
  }
});

it('a rule of a proxy that takes the path off is not passed by with the path twice', async () => {
  const headers = { 'x-forwarded-prefix': '/keys' };
  expect((await send({ url: '/metrics', headers })).statusCode).toBe(200);
  expect((await send({ url: '/keys/metrics', headers })).statusCode).toBe(404);
  expect((await send({ url: '/keys/%6detrics', headers })).statusCode).toBe(404);
});

it('counts requests by the route, whatever the proxy sends', async () => {
  await send({ url: '/keys/healthz' });
  const { body } = await send({ url: '/keys/metrics' });
  expect(body).toContain('route="/healthz"');
  expect(body).not.toContain('route="/keys');
});
