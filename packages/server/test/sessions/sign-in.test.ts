import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cookieOf, createTestServer, PASSWORD, type TestServer } from '../support/test-server.js';

let server: TestServer;

beforeAll(async () => {
  server = await createTestServer();
  await server.addUser('ada', { isAdmin: true });
  await server.addUser('bob');
});
afterAll(() => server.close());

function signIn(
  payload: object,
  headers: Record<string, string> = {},
  remoteAddress = '192.0.2.1',
) {
  return server.send({ method: 'POST', url: '/api/auth/login', payload, headers, remoteAddress });
}

describe('POST /api/auth/login', () => {
  describe('200', () => {
    it('answers with the user and a cookie that scripts cannot read', async () => {
      const answer = await signIn({ email: 'ada@example.com', password: PASSWORD });
      expect(answer.statusCode).toBe(200);
      expect(answer.json()).toEqual({
        user: {
          id: expect.any(String),
          email: 'ada@example.com',
          name: 'ada',
          is_admin: true,
          is_active: true,
          created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
          has_password: true,
        },
        as_of: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      });
      expect(answer.cookies).toEqual([
        expect.objectContaining({ name: 'keystamp', httpOnly: true, sameSite: 'Lax', path: '/' }),
        expect.objectContaining({
          name: 'keystamp-browser',
          httpOnly: true,
          sameSite: 'Strict',
          path: '/api/auth/login',
        }),
      ]);
      expect(answer.headers['cache-control']).toBe('no-store');
    });

    it('takes the address in any case, with spaces around it', async () => {
      const answer = await signIn({ email: ' ADA@Example.com ', password: PASSWORD });
      expect(answer.statusCode).toBe(200);
    });

    it('gives a fresh session each time and ends the one that came along', async () => {
      const first = cookieOf(await signIn({ email: 'ada@example.com', password: PASSWORD }));
      const again = await signIn(
        { email: 'ada@example.com', password: PASSWORD },
        { cookie: first as string },
      );
      expect(cookieOf(again)).not.toBe(first);
      const me = await server.send({ url: '/api/auth/me', cookie: first as string });
      expect(me.statusCode).toBe(401);
    });

    it('works for programs, which send no origin', async () => {
      const answer = await server.app.inject({
        method: 'POST',
        url: '/api/auth/login',
        payload: { email: 'ada@example.com', password: PASSWORD },
      });
      expect(answer.statusCode).toBe(200);
    });

    it('keeps only a hash of the session id', async () => {
      const cookie = cookieOf(await signIn({ email: 'ada@example.com', password: PASSWORD }));
      const id = (cookie as string).split('=')[1] as string;
      const { rows } = await server.ground.database.query<{ found: boolean }>(
        `select exists (select from keystamp.sessions where id_hash = pg_catalog.sha256(pg_catalog.convert_to($1, 'UTF8'))) as found`,
        [id],
      );
      expect(rows).toEqual([{ found: true }]);
      expect(server.logged.join('')).not.toContain(id);
    });
  });

  describe('401', () => {
    it('gives one answer for a wrong password, an unknown address, no password and a deactivated user', async () => {
      await server.addUser('eve');
      await server.ground.database.query(
        `update keystamp.users set is_active = false where email = 'eve@example.com'`,
      );
      await server.ground.database.query(
        `insert into keystamp.users (id, email) values ('no-password', 'tim@example.com')`,
      );
      const answers = await Promise.all([
        signIn({ email: 'ada@example.com', password: 'wrong' }, {}, '192.0.2.10'),
        signIn({ email: 'nobody@example.com', password: PASSWORD }, {}, '192.0.2.11'),
        signIn({ email: 'tim@example.com', password: PASSWORD }, {}, '192.0.2.12'),
        signIn({ email: 'eve@example.com', password: PASSWORD }, {}, '192.0.2.13'),
      ]);
      for (const answer of answers) {
        expect(answer.statusCode).toBe(401);
        expect(answer.cookies).toEqual([]);
        expect(answer.body).toBe(answers[0]?.body);
      }
    });
  });

  describe('403', () => {
    it.each([
      ['another origin', { origin: 'https://example.org' }],
      ['another port of this host', { origin: 'http://localhost:9999' }],
      ['a sandboxed page', { origin: 'null' }],
    ])('refuses %s', async (_name, headers) => {
      const answer = await signIn({ email: 'ada@example.com', password: PASSWORD }, headers);
      expect(answer.statusCode).toBe(403);
      expect(answer.cookies).toEqual([]);
    });
  });

  describe('429', () => {
    it('comes after ten failures of an account at an address, with the time to wait', async () => {
      const from = '192.0.2.20';
      for (let i = 0; i < 10; i++) {
        const answer = await signIn({ email: 'bob@example.com', password: 'wrong' }, {}, from);
        expect(answer.statusCode).toBe(401);
      }
      const refused = await signIn({ email: 'BOB@example.com', password: PASSWORD }, {}, from);
      expect(refused.statusCode).toBe(429);
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(800);
      const elsewhere = await signIn(
        { email: 'bob@example.com', password: PASSWORD },
        {},
        '192.0.2.21',
      );
      expect(elsewhere.statusCode).toBe(200);
      const another = await signIn({ email: 'ada@example.com', password: PASSWORD }, {}, from);
      expect(another.statusCode).toBe(200);
    });

    it.each(['k\u0130m@example.com', '\u212Aim@example.com', 'KIM@example.com'])(
      'counts %s with the account that the database finds for it',
      async (written) => {
        const { rows } = await server.ground.database.query<{ same: boolean }>(
          'select lower($1::text) = lower($2::text) as same',
          [written, 'kim@example.com'],
        );
        const from = `203.0.113.${written.charCodeAt(0) % 256}`;
        for (let i = 0; i < 10; i++) {
          await signIn({ email: 'kim@example.com', password: 'wrong' }, {}, from);
        }
        const answer = await signIn({ email: written, password: 'wrong' }, {}, from);
        expect(answer.statusCode).toBe(rows[0]?.same ? 429 : 401);
      },
    );

    it('counts attempts that come at once, before they are judged', async () => {
      const tries = Array.from({ length: 30 }, () =>
        signIn({ email: 'bob@example.com', password: 'wrong' }, {}, '192.0.2.22'),
      );
      const statuses = (await Promise.all(tries)).map((answer) => answer.statusCode);
      expect(statuses.filter((status) => status === 401)).toHaveLength(10);
      expect(statuses.filter((status) => status === 429)).toHaveLength(20);
    });

    it('never counts a success: any number of sign-ins in a row is fine', async () => {
      for (let i = 0; i < 15; i++) {
        const answer = await signIn(
          { email: 'bob@example.com', password: PASSWORD },
          {},
          '192.0.2.23',
        );
        expect(answer.statusCode).toBe(200);
      }
      const { rows } = await server.ground.database.query(
        `select failures from keystamp.sign_in_failures where subject = pg_catalog.sha256(pg_catalog.convert_to($1, 'UTF8'))`,
        ['address\n192.0.2.23'],
      );
      expect(rows).toEqual([{ failures: 0 }]);
    });

    it('comes after answers that were held back', async () => {
      const holdMs = 120;
      const slow = await createTestServer({ signInLimits: { slowFrom: 1, holdMs } });
      try {
        const begun = performance.now();
        const answer = await slow.send({
          method: 'POST',
          url: '/api/auth/login',
          payload: { email: 'ada@example.com', password: 'wrong' },
        });
        expect(answer.statusCode).toBe(401);
        expect(performance.now() - begun).toBeGreaterThanOrEqual(holdMs - 1);
      } finally {
        await slow.close();
      }
    });

    it('ends with the window', async () => {
      const from = '192.0.2.24';
      for (let i = 0; i < 10; i++) {
        await signIn({ email: 'bob@example.com', password: 'wrong' }, {}, from);
      }
      await server.ground.database.query(
        `update keystamp.sign_in_failures set window_started_at = now() - interval '16 minutes'`,
      );
      const answer = await signIn({ email: 'bob@example.com', password: PASSWORD }, {}, from);
      expect(answer.statusCode).toBe(200);
    });

    it('also counts an address over all accounts', async () => {
      await server.ground.database.query(
        `insert into keystamp.sign_in_failures (subject, failures) values (pg_catalog.sha256(pg_catalog.convert_to($1, 'UTF8')), 100)`,
        ['address\n192.0.2.25'],
      );
      const from = '192.0.2.25';
      const answer = await signIn({ email: 'ada@example.com', password: PASSWORD }, {}, from);
      expect(answer.statusCode).toBe(429);
    });
  });
});
