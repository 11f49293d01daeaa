import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestServer, PASSWORD, type TestServer } from '../support/test-server.js';

const WRONG = 'a wrong pass phrase';
/** What somebody may type in place of an address. */
const TYPED = 'my-secret@pass-phrase';

let server: TestServer;
let cookie: string;
let apiKey: string;
let ids: { admin: string; bob: string };

async function signIn(email: string, password: string, remoteAddress = '192.0.2.7') {
  const payload = { email, password };
  const answer = await server.send({
    method: 'POST',
    url: '/api/auth/login',
    payload,
    remoteAddress,
  });
  return answer.statusCode;
}

async function totals(): Promise<Record<string, number>> {
  const { body } = await server.app.inject({ url: '/metrics' });
  const found = body.matchAll(/^keystamp_access_events_total\{outcome="(\w+)"\} (\d+)$/gm);
  return Object.fromEntries([...found].map(([, outcome, count]) => [outcome, Number(count)]));
}

beforeAll(async () => {
  server = await createTestServer({
    signInLimits: { perAccountAndAddress: 3, perAddress: 6, slowFrom: 100 },
  });
  const admin = await server.addUser('root', { isAdmin: true });
  const bob = await server.addUser('bob');
  ids = { admin: admin.id, bob: bob.id };
  apiKey = (await server.keystamp.createApiKey({ userId: bob.id, name: 'A key' })).apiKey;
});
afterAll(() => server.close());

it('an attack leaves audit lines and totals, and neither password, key, session nor typed address', async () => {
  expect(await totals()).toEqual({
    signed_in: 0,
    signed_out: 0,
    sign_in_failed: 0,
    sign_in_locked: 0,
    network_refused: 0,
    admin_denied: 0,
    foreign_origin: 0,
    setup_refused: 0,
  });
  cookie = await server.signIn('bob');
  for (const status of [401, 401, 401, 429]) {
    expect(await signIn('bob@example.com', WRONG)).toBe(status);
  }
  expect(await signIn(TYPED, WRONG)).toBe(401);
  expect(await signIn('nobody@example.com', WRONG)).toBe(401);
  expect(await signIn('root@example.com', PASSWORD)).toBe(429);
  const ask = async (request: Parameters<TestServer['send']>[0]) =>
    (await server.send(request)).statusCode;
  expect(await ask({ url: '/api/users', cookie })).toBe(403);
  expect(await ask({ url: '/api/users', headers: { 'x-api-key': apiKey } })).toBe(403);
  const logout = { method: 'POST', url: '/api/auth/logout', cookie } as const;
  expect(await ask({ ...logout, headers: { origin: 'https://evil.example' } })).toBe(403);
  const password = { method: 'PUT', url: '/api/auth/password', cookie } as const;
  const payload = { current: WRONG, new: 'another good pass phrase' };
  expect(await ask({ ...password, payload })).toBe(400);
  expect(await ask(logout)).toBe(204);

  expect(await totals()).toEqual({
    signed_in: 1,
    signed_out: 1,
    sign_in_failed: 6,
    sign_in_locked: 1,
    network_refused: 1,
    admin_denied: 2,
    foreign_origin: 1,
    setup_refused: 0,
  });
  await server.app.close();
  const lines = server.logged.map((line) => JSON.parse(line)).filter(({ outcome }) => outcome);
  const byOutcome = Object.fromEntries(lines.map((line) => [line.outcome, line]));
  expect(lines).toHaveLength(Object.keys(byOutcome).length);
  for (const line of lines) expect(line).toMatchObject({ audit: true, level: 'info' });
  expect(byOutcome['sign_in_failed']).toMatchObject({
    count: 6,
    users: { [ids.bob]: 4 },
    networks: { '192.0.2.7': 5, '127.0.0.1': 1 },
    routes: { 'POST /api/auth/login': 5, 'PUT /api/auth/password': 1 },
  });
  expect(byOutcome['sign_in_locked']).toMatchObject({ count: 1, users: { [ids.bob]: 1 } });
  expect(byOutcome['network_refused']).toMatchObject({ networks: { '192.0.2.7': 1 } });
  expect(byOutcome['admin_denied']).toMatchObject({
    users: { [ids.bob]: 2 },
    routes: { 'GET /api/users': 2 },
  });
  expect(byOutcome['foreign_origin']).toMatchObject({ count: 1 });
  expect(byOutcome['signed_out']).toMatchObject({ users: { [ids.bob]: 1 } });
  const log = server.logged.join('');
  const secrets = [WRONG, TYPED, PASSWORD, payload.new, apiKey, cookie.split('=')[1] as string];
  for (const secret of secrets) expect(log).not.toContain(secret);
  expect(log).not.toContain('nobody@example.com');
});

it('a wrong token of the set-up link is counted', async () => {
  const fresh = await createTestServer();
  try {
    const payload = { token: 'wrong', email: 'eve@example.com', password: 'a good pass phrase' };
    const answer = await fresh.send({ method: 'POST', url: '/api/setup', payload });
    expect(answer.statusCode).toBe(400);
    await fresh.app.close();
    const line = fresh.logged.find((each) => each.includes('setup_refused'));
    expect(JSON.parse(line ?? '{}')).toMatchObject({ audit: true, count: 1 });
    expect(fresh.logged.join('')).not.toContain('eve@example.com');
  } finally {
    await fresh.close();
  }
});
