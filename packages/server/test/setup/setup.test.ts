import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { issueSetupToken } from '../../src/auth/setup/first-admin.js';
import { openLog } from '../../src/log/log.js';
import { makeConfiguredAdmin, setupLink } from '../../src/start/first-start.js';
import {
  configOf,
  createTestServer,
  jsonText,
  PASSWORD,
  type TestServer,
} from '../support/test-server.js';

let server: TestServer;

beforeAll(async () => {
  server = await createTestServer();
});
beforeEach(async () => {
  await server.ground.database.query('truncate keystamp.users, keystamp.setup_tokens cascade');
});
afterAll(() => server.close());

const needed = async () => (await server.send({ url: '/api/setup' })).json();
const setUp = (payload: object) => server.send({ method: 'POST', url: '/api/setup', payload });
const issue = async () => (await issueSetupToken(server.ground.database)) as string;
const ada = { email: 'ada@example.com', password: PASSWORD };

describe('POST /api/setup', () => {
  it('201: makes the first administrator, once, who can sign in', async () => {
    expect(await needed()).toEqual({ needed: true });
    const token = await issue();
    const answer = await setUp({ token, ...ada });
    expect(answer.statusCode).toBe(201);
    expect(answer.json().user).toMatchObject({ email: 'ada@example.com', is_admin: true });
    expect(await needed()).toEqual({ needed: false });
    await server.signIn('ada');
    const again = await setUp({ token, email: 'eve@example.com', password: PASSWORD });
    expect(again.statusCode).toBe(404);
    expect(server.logged.join('')).not.toContain(token);
  });

  it('201: of many at once with one link, one is made', async () => {
    const token = await issue();
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        setUp({ token, email: `ada${i}@example.com`, password: PASSWORD }),
      ),
    );
    const statuses = answers.map((answer) => answer.statusCode).sort();
    expect(statuses).toEqual([201, 404, 404, 404, 404, 404, 404, 404]);
  });

  it.each(['wrong', 'A'.repeat(43)])('400: a wrong token (%s)', async (token) => {
    await issue();
    const answer = await setUp({ token, ...ada });
    expect(answer.statusCode).toBe(400);
    expect(answer.json().errors[0].field).toBe('token');
    expect(await needed()).toEqual({ needed: true });
  });

  it('400: a wrong token or one that is over hashes no password', async () => {
    const hash = vi.spyOn(server.context.passwords, 'hash');
    try {
      expect((await setUp({ token: 'wrong', ...ada })).statusCode).toBe(400);
      const token = await issue();
      expect((await setUp({ token: 'wrong', ...ada })).statusCode).toBe(400);
      await server.ground.database.query(
        `update keystamp.setup_tokens set expires_at = expires_at - interval '1 hour'`,
      );
      expect((await setUp({ token, ...ada })).statusCode).toBe(400);
      expect(hash).not.toHaveBeenCalled();
      expect((await setUp({ token: await issue(), ...ada })).statusCode).toBe(201);
      expect(hash).toHaveBeenCalledOnce();
    } finally {
      hash.mockRestore();
    }
  });

  it('400: an earlier link, once a later start has made another', async () => {
    const earlier = await issue();
    const later = await issue();
    expect((await setUp({ token: earlier, ...ada })).statusCode).toBe(400);
    expect((await setUp({ token: later, ...ada })).statusCode).toBe(201);
  });

  it('400: after an hour', async () => {
    const token = await issue();
    await server.ground.database.query(
      `update keystamp.setup_tokens set expires_at = expires_at - interval '1 hour'`,
    );
    expect((await setUp({ token, ...ada })).statusCode).toBe(400);
  });

  it('400: a wrong password leaves the link good', async () => {
    const token = await issue();
    const short = await setUp({ token, email: 'ada@example.com', password: 'short' });
    expect(short.json().errors[0].field).toBe('password');
    const same = { token, email: 'long-address@example.com', password: 'long-address@example.com' };
    expect((await setUp(same)).json().errors[0].field).toBe('password');
    expect((await setUp({ token, ...ada })).statusCode).toBe(201);
  });

  it.each<[string, InjectOptions]>([
    ['without a body', {}],
    ['with an empty object', { payload: {} }],
    ['with wrong fields', { payload: { token: 5, colour: 'red' } }],
    ['with what is no JSON', jsonText('{')],
    [
      'with a form',
      { payload: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    ],
    ['with a right body', { payload: { token: 'A'.repeat(43), ...ada } }],
  ])('404: %s, once there is an administrator', async (_what, request) => {
    await setUp({ token: await issue(), ...ada });
    const answer = await server.send({ method: 'POST', url: '/api/setup', ...request });
    expect([answer.statusCode, answer.json().detail]).toEqual([
      404,
      'Set-up is over: there is an administrator.',
    ]);
  });

  it('403: from another site', async () => {
    const answer = await server.app.inject({
      method: 'POST',
      url: '/api/setup',
      headers: { origin: 'https://example.org' },
      payload: { token: await issue(), ...ada },
    });
    expect(answer.statusCode).toBe(403);
    expect(await needed()).toEqual({ needed: true });
  });

  it('409: an address that is another user’s leaves the link good', async () => {
    await server.addUser('ada');
    const token = await issue();
    const answer = await setUp({ token, ...ada });
    expect(answer.statusCode).toBe(409);
    expect(answer.json().errors[0].field).toBe('email');
    const other = { token, email: 'bea@example.com', password: PASSWORD };
    expect((await setUp(other)).statusCode).toBe(201);
  });
});

describe('the first start', () => {
  const lines: Record<string, unknown>[] = [];
  const log = openLog('info', { write: (line) => lines.push(JSON.parse(line)) });
  beforeEach(() => {
    lines.length = 0;
  });

  it('gives a link whose token stays in the browser, and holds only its hash', async () => {
    const link = new URL((await setupLink(server.ground.database, 'http://localhost:4747')) ?? '');
    expect(link.pathname).toBe('/setup');
    expect(link.search).toBe('');
    const token = link.hash.replace('#token=', '');
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    const { rows } = await server.ground.database.query<{ found: boolean }>(
      `select token_hash = pg_catalog.sha256(pg_catalog.convert_to($1, 'UTF8')) as found from keystamp.setup_tokens`,
      [token],
    );
    expect(rows).toEqual([{ found: true }]);
  });

  it('makes the administrator that the environment names, and then no link', async () => {
    const env = { KEYSTAMP_ADMIN_EMAIL: 'ada@example.com', KEYSTAMP_ADMIN_PASSWORD: PASSWORD };
    await makeConfiguredAdmin(server.ground.database, configOf(env), log);
    await server.signIn('ada');
    expect(lines).toEqual([
      expect.objectContaining({
        level: 'info',
        audit: true,
        msg: 'made the first administrator, of KEYSTAMP_ADMIN_EMAIL',
      }),
    ]);
    expect(await setupLink(server.ground.database, 'http://localhost')).toBeNull();
  });

  it('leaves everything as it is where there is an administrator', async () => {
    await server.addUser('ada', { isAdmin: true });
    const env = { KEYSTAMP_ADMIN_EMAIL: 'eve@example.com', KEYSTAMP_ADMIN_PASSWORD: PASSWORD };
    await makeConfiguredAdmin(server.ground.database, configOf(env), log);
    expect(lines.map(({ msg }) => msg)).toEqual([
      'KEYSTAMP_ADMIN_EMAIL and _PASSWORD are ignored: there is an administrator already',
    ]);
    await expect(server.signIn('eve')).rejects.toThrow('401');
  });

  it('says so where the address is a user’s who is no administrator', async () => {
    await server.addUser('ada');
    const env = { KEYSTAMP_ADMIN_EMAIL: 'ada@example.com', KEYSTAMP_ADMIN_PASSWORD: PASSWORD };
    const made = makeConfiguredAdmin(server.ground.database, configOf(env), log);
    await expect(made).rejects.toThrow('KEYSTAMP_ADMIN_EMAIL');
  });
});
