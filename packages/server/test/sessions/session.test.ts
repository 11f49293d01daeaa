import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestServer, ORIGIN, PASSWORD, type TestServer } from '../support/test-server.js';

let server: TestServer;
let cookie: string;

beforeAll(async () => {
  server = await createTestServer();
  await server.addUser('ada', { isAdmin: true });
  await server.addUser('bob');
});
beforeEach(async () => {
  cookie = await server.signIn('bob');
});
afterAll(() => server.close());

function age(column: 'seen_at' | 'created_at', interval: string) {
  return server.ground.database.query(
    `update keystamp.sessions set ${column} = now() - interval '${interval}'`,
  );
}

async function me(headers: Record<string, string> = { cookie }): Promise<number> {
  const answer = await server.app.inject({ url: '/api/auth/me', headers });
  return answer.statusCode;
}

describe('GET /api/auth/me', () => {
  it('200: tells who is signed in', async () => {
    const answer = await server.send({ url: '/api/auth/me', cookie });
    expect(answer.statusCode).toBe(200);
    expect(answer.json().user).toMatchObject({ email: 'bob@example.com', is_admin: false });
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it('200: tells changes of the user made since the sign-in', async () => {
    await server.ground.database.query(
      `update keystamp.users set name = null, is_admin = true where email = 'bob@example.com'`,
    );
    const answer = await server.send({ url: '/api/auth/me', cookie });
    expect(answer.json().user).toMatchObject({ name: null, is_admin: true });
    await server.ground.database.query(
      `update keystamp.users set is_admin = false where email = 'bob@example.com'`,
    );
  });

  it('401: without a cookie, or with one that opens nothing', async () => {
    expect(await me({})).toBe(401);
    expect(await me({ cookie: 'keystamp=' })).toBe(401);
    expect(await me({ cookie: 'keystamp=nothing' })).toBe(401);
    expect(await me({ cookie: `__Host-${cookie}` })).toBe(401);
  });

  it('401: twelve hours after it was last seen', async () => {
    await age('seen_at', '11 hours 59 minutes');
    expect(await me()).toBe(200);
    await age('seen_at', '12 hours 1 second');
    expect(await me()).toBe(401);
  });

  it('401: seven days after it began, however busy', async () => {
    await age('created_at', '6 days 23 hours');
    expect(await me()).toBe(200);
    await age('created_at', '7 days 1 second');
    expect(await me()).toBe(401);
  });

  it('401: from the moment its user is deactivated, by whoever, and for good', async () => {
    const setActive = (isActive: boolean) =>
      server.ground.database.query(
        `update keystamp.users set is_active = $1 where email = 'bob@example.com'`,
        [isActive],
      );
    await setActive(false);
    expect(await me()).toBe(401);
    await setActive(true);
    expect(await me()).toBe(401);
  });

  it('writes the time it was seen at most every five minutes, and where nobody was there not at all', async () => {
    const seenAt = async () => {
      const { rows } = await server.ground.database.query<{ seen_at: Date }>(
        'select max(seen_at) as seen_at from keystamp.sessions',
      );
      return rows[0]?.seen_at.getTime() as number;
    };
    await age('seen_at', '4 minutes');
    const before = await seenAt();
    await me();
    expect(await seenAt()).toBe(before);
    await age('seen_at', '6 minutes');
    await me();
    expect(await seenAt()).toBeGreaterThan(before);
    await age('seen_at', '6 minutes');
    const old = await seenAt();
    expect(await me({ cookie, 'x-keystamp-unattended': '1' })).toBe(200);
    expect(await seenAt()).toBe(old);
    // What changes something is somebody's, whatever it says of itself.
    const headers = { cookie, origin: ORIGIN, 'x-keystamp-unattended': '1' };
    await server.app.inject({ method: 'POST', url: '/api/api-keys', headers, payload: {} });
    expect(await seenAt()).toBeGreaterThan(old);
  });
});

describe('POST /api/auth/logout', () => {
  function logout(headers: Record<string, string>) {
    return server.app.inject({ method: 'POST', url: '/api/auth/logout', headers });
  }

  it('204: ends the session and clears the cookie', async () => {
    const answer = await logout({ cookie, origin: ORIGIN });
    expect(answer.statusCode).toBe(204);
    expect(answer.body).toBe('');
    expect(answer.cookies[0]).toMatchObject({ name: 'keystamp', value: '' });
    expect(await me()).toBe(401);
  });

  it('204: with an empty body sent as JSON, as browsers do', async () => {
    const answer = await logout({ cookie, origin: ORIGIN, 'content-type': 'application/json' });
    expect(answer.statusCode).toBe(204);
  });

  it.each([
    ['any loopback name', { origin: 'http://127.0.0.1:4747' }],
    ['a name below localhost', { origin: 'http://keys.localhost:4747' }],
    ['IPv6', { origin: 'http://[::1]:4747' }],
    ['no Origin, where the browser says that it is the same', { 'sec-fetch-site': 'same-origin' }],
  ])('204: from our own origin: %s', async (_name, headers) => {
    expect((await logout({ cookie, ...headers })).statusCode).toBe(204);
  });

  it.each([
    ['no sign of an origin', {}],
    ['another site', { origin: 'https://example.org' }],
    ['another port', { origin: 'http://localhost:80' }],
    ['https, which we do not speak', { origin: 'https://localhost:4747' }],
    ['a name that only begins like ours', { origin: 'http://localhost.example.org:4747' }],
    ['a page without origin', { origin: 'null' }],
    ['a sister site', { 'sec-fetch-site': 'same-site' }],
    [
      'a foreign origin with a right Sec-Fetch-Site',
      { origin: 'https://example.org', 'sec-fetch-site': 'same-origin' },
    ],
  ])('403: from %s, and the session stays', async (_name, headers) => {
    const answer = await logout({ cookie, ...headers });
    expect(answer.statusCode).toBe(403);
    expect(answer.json().type).toBe('urn:keystamp:problem:foreign_origin');
    expect(await me()).toBe(200);
  });

  const OWN = `Origin: ${ORIGIN} (or another loopback name on that port)`;

  it.each([
    ['with Origin: https://example.org', { origin: 'https://example.org' }],
    ['with Origin: https://example.org', { origin: 'https://example.org/ks_path?a' }],
    ['with Origin: null', { origin: 'ks_not-an-origin' }],
    ['without the header Origin', {}],
  ])('403: names what came, %s, and what is taken', async (came, headers) => {
    const { detail } = (await logout({ cookie, ...headers })).json();
    expect(detail).toBe(`The request was sent ${came}. Expected ${OWN}`);
  });

  it('401: for strangers', async () => {
    expect((await logout({ origin: ORIGIN })).statusCode).toBe(401);
  });
});

describe('PUT /api/auth/password', () => {
  const NEXT = 'a longer way to sign in';

  function change(payload: object, remoteAddress = '192.0.2.1') {
    return server.send({
      method: 'PUT',
      url: '/api/auth/password',
      cookie,
      payload,
      remoteAddress,
    });
  }

  it('204: sets it, keeps this session and ends all others of the user', async () => {
    const other = await server.signIn('bob');
    const ofAda = await server.signIn('ada');
    expect((await change({ current: PASSWORD, new: NEXT })).statusCode).toBe(204);
    expect(await me()).toBe(200);
    expect(await me({ cookie: other })).toBe(401);
    expect(await me({ cookie: ofAda })).toBe(200);
    await expect(server.signIn('bob')).rejects.toThrow('wrong');
    cookie = await server.signIn('bob', NEXT);
    expect((await change({ current: NEXT, new: PASSWORD })).statusCode).toBe(204);
  });

  it('400: names the field of a wrong current password, and changes nothing', async () => {
    const answer = await change({ current: 'wrong', new: NEXT }, '192.0.2.2');
    expect(answer.statusCode).toBe(400);
    expect(answer.json().errors).toEqual([
      { field: 'current', message: 'expected the password that you signed in with' },
    ]);
    await server.signIn('bob');
  });

  it.each([
    ['too short', 'short one'],
    ['too long', 'x'.repeat(257)],
    ['a control character', 'twelve characters\u0000'],
    ['a lone surrogate', 'twelve characters\ud800'],
    ['the address', 'BOB@example.com'],
  ])('400: refuses a new password that is %s', async (_name, next) => {
    const answer = await change({ current: PASSWORD, new: next });
    expect(answer.statusCode).toBe(400);
    expect(answer.json().errors).toEqual([
      { field: 'new', message: expect.stringMatching(/^expected/) },
    ]);
    expect(answer.body).not.toContain(next);
    await server.signIn('bob');
  });

  it('429: guessing the current password counts as failed sign-ins', async () => {
    for (let i = 0; i < 10; i++) {
      expect((await change({ current: 'wrong', new: NEXT }, '192.0.2.3')).statusCode).toBe(400);
    }
    const refused = await change({ current: PASSWORD, new: NEXT }, '192.0.2.3');
    expect(refused.statusCode).toBe(429);
  });
});

describe('with an https public URL', () => {
  it('binds the cookie to the host and takes that origin alone', async () => {
    const secure = await createTestServer({
      env: { KEYSTAMP_PUBLIC_URL: 'https://keys.example.com' },
    });
    try {
      await secure.addUser('ada');
      const login = (origin: string) =>
        secure.app.inject({
          method: 'POST',
          url: '/api/auth/login',
          headers: { origin },
          payload: { email: 'ada@example.com', password: PASSWORD },
        });
      expect((await login(ORIGIN)).statusCode).toBe(403);
      const answer = await login('https://keys.example.com');
      expect(answer.cookies[0]).toMatchObject({ name: '__Host-keystamp', secure: true, path: '/' });
      expect(answer.cookies[0]).not.toHaveProperty('domain');
      expect(answer.headers['strict-transport-security']).toContain('max-age');
    } finally {
      await secure.close();
    }
  });
});
