import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestServer, jsonText, PASSWORD, type TestServer } from '../support/test-server.js';

let server: TestServer;
let adaId: string;
let bobId: string;
/** The cookie that a browser sends after bob has signed in in its second tab. */
let cookie: string;

beforeAll(async () => {
  server = await createTestServer();
  adaId = (await server.addUser('ada', { isAdmin: true })).id;
  bobId = (await server.addUser('bob', { isAdmin: true })).id;
  cookie = await server.signIn('bob');
});
afterAll(() => server.close());

const pageOf = (userId: string) => ({ 'x-keystamp-for': userId });

async function countKeys(): Promise<number> {
  const { rows } = await server.ground.database.query<{ n: number }>(
    'select count(*)::int as n from keystamp.api_keys',
  );
  return rows[0]?.n as number;
}

describe('a request that says for whom it is made', () => {
  it('409: is refused by every route that takes a session, before the body is read', async () => {
    const taking = server.app.routeTable.filter(({ access }) => access.includes('session'));
    expect(taking.length).toBeGreaterThan(10);
    for (const { method, url } of taking) {
      const body = method === 'GET' || method === 'HEAD' ? {} : jsonText('{ not JSON');
      const answer = await server.send({
        method: method as 'GET',
        url: url.replace(':id', '00000000-0000-4000-8000-000000000000'),
        cookie,
        ...body,
        headers: { ...pageOf(adaId), ...body.headers },
      });
      expect(answer.statusCode, `${method} ${url}`).toBe(409);
      if (method !== 'HEAD') expect(answer.json().type).toBe('urn:keystamp:problem:other_user');
    }
    expect((await server.send({ url: '/api/auth/me', cookie })).statusCode).toBe(200);
  });

  it('409: makes no key, and does not prolong the session of the other', async () => {
    const seen = `select seen_at from keystamp.sessions`;
    await server.ground.database.query(
      `update keystamp.sessions set seen_at = now() - interval '6 minutes'`,
    );
    const before = await server.ground.database.query(seen);
    const payload = { name: 'Typed by ada' };
    const create = (userId: string) =>
      server.send({
        method: 'POST',
        url: '/api/api-keys',
        cookie,
        payload,
        headers: pageOf(userId),
      });
    expect((await create(adaId)).statusCode).toBe(409);
    expect(await countKeys()).toBe(0);
    expect((await server.ground.database.query(seen)).rows).toEqual(before.rows);
    expect((await create(bobId)).statusCode).toBe(201);
    expect(await countKeys()).toBe(1);
  });

  it('200: for an id that no header can hold as it is', async () => {
    await server.ground.database.query(
      `insert into keystamp.users (id, email, password_hash)
       select 'Zoë, 100 %', 'zoe@example.com', password_hash from keystamp.users where id = $1`,
      [bobId],
    );
    const me = { url: '/api/auth/me', cookie: await server.signIn('zoe') };
    const own = pageOf(encodeURIComponent('Zoë, 100 %'));
    expect((await server.send({ ...me, headers: own })).statusCode).toBe(200);
    expect((await server.send({ ...me, headers: pageOf('%') })).statusCode).toBe(409);
  });

  it('401: where nobody is signed in, 200: where a key decides', async () => {
    const url = '/api/api-keys';
    expect((await server.send({ url, headers: pageOf(adaId) })).statusCode).toBe(401);
    const { apiKey } = await server.keystamp.createApiKey({ userId: bobId, name: 'deploy' });
    const headers = { ...pageOf(adaId), 'x-api-key': apiKey };
    expect((await server.send({ url, cookie, headers })).statusCode).toBe(200);
  });

  it('200: signs in over the session of another, as a form in another tab does', async () => {
    const payload = { email: 'ada@example.com', password: PASSWORD };
    const answer = await server.send({
      method: 'POST',
      url: '/api/auth/login',
      cookie,
      payload,
      headers: pageOf(adaId),
    });
    expect(answer.statusCode).toBe(200);
    expect((await server.send({ url: '/api/auth/me', cookie })).statusCode).toBe(401);
  });
});
