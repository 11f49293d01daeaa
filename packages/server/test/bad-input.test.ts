import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issueSetupToken } from '../src/auth/setup/first-admin.js';
import { createTestServer, PASSWORD, type TestServer } from './support/test-server.js';

let server: TestServer;
/** Without an administrator: elsewhere set-up is over, whatever is sent. */
let fresh: TestServer;
let cookie: string;
let bobId: string;

beforeAll(async () => {
  fresh = await createTestServer();
  server = await createTestServer();
  await server.addUser('ada', { isAdmin: true });
  bobId = (await server.addUser('bob')).id;
  cookie = await server.signIn('ada');
});
afterAll(async () => {
  await server.close();
  await fresh.close();
});

interface Route {
  readonly method: 'POST' | 'PUT' | 'PATCH';
  readonly url: () => string;
  /** A body that is right, but for the one field under test. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly required: readonly string[];
}

const ROUTES: Record<string, Route> = {
  'POST /api/auth/login': {
    method: 'POST',
    url: () => '/api/auth/login',
    body: { email: 'ada@example.com', password: PASSWORD },
    required: ['email', 'password'],
  },
  'PUT /api/auth/password': {
    method: 'PUT',
    url: () => '/api/auth/password',
    body: { current: PASSWORD, new: 'another long password' },
    required: ['current', 'new'],
  },
  'POST /api/setup': {
    method: 'POST',
    url: () => '/api/setup',
    body: { token: 'A'.repeat(43), email: 'eve@example.com', password: PASSWORD },
    required: ['token', 'email', 'password'],
  },
  'POST /api/users': {
    method: 'POST',
    url: () => '/api/users',
    body: { email: 'eve@example.com' },
    required: [],
  },
  'PATCH /api/users/{id}': {
    method: 'PATCH',
    url: () => `/api/users/${bobId}`,
    body: {},
    required: [],
  },
};

/** Values of the wrong type, or text that is none for people. */
const WRONG_TYPES: readonly unknown[] = [5, true, [], {}, ['text'], { $ne: null }];
const ODD_TEXTS: readonly string[] = [
  '',
  'nul\u0000 inside of it',
  'line\nbreak inside of it',
  'escape\u001b[31m inside of it',
  'a lone surrogate \ud800',
];

const FIELDS: readonly [route: string, field: string, values: readonly unknown[]][] = [
  ...['POST /api/auth/login', 'POST /api/setup', 'POST /api/users'].map(
    (route) =>
      [
        route,
        'email',
        [
          // A user without an address is a service account.
          ...(route === 'POST /api/users' ? [] : [null]),
          ...WRONG_TYPES,
          ...ODD_TEXTS,
          ' ',
          'no-at',
          '@example.com',
          'ada@',
          'a@b@example.com',
          'a b@example.com',
          'right\u202eleft@example.com',
          'zero\u200bwidth@example.com',
          `${'x'.repeat(250)}@example.com`,
        ],
      ] as [string, string, unknown[]],
  ),
  ['POST /api/auth/login', 'password', [null, ...WRONG_TYPES, ...ODD_TEXTS, 'x'.repeat(257)]],
  ['PUT /api/auth/password', 'current', [null, ...WRONG_TYPES, ...ODD_TEXTS, 'x'.repeat(257)]],
  [
    'PUT /api/auth/password',
    'new',
    [null, ...WRONG_TYPES, ...ODD_TEXTS, 'eleven char', 'x'.repeat(257)],
  ],
  [
    'POST /api/setup',
    'token',
    [null, ...WRONG_TYPES, ...ODD_TEXTS, 'not base64url!', 'x'.repeat(101)],
  ],
  [
    'POST /api/setup',
    'password',
    [null, ...WRONG_TYPES, ...ODD_TEXTS, 'eleven char', 'x'.repeat(257)],
  ],
  ['POST /api/users', 'password', [...WRONG_TYPES, ...ODD_TEXTS, 'eleven char', 'x'.repeat(257)]],
  [
    'PATCH /api/users/{id}',
    'password',
    [null, ...WRONG_TYPES, ...ODD_TEXTS, 'eleven char', 'x'.repeat(257)],
  ],
  ...['POST /api/users', 'PATCH /api/users/{id}'].map(
    (route) =>
      [
        route,
        'name',
        [
          ...WRONG_TYPES,
          ...ODD_TEXTS,
          '   ',
          'x'.repeat(101),
          'right\u202eleft',
          'mark\u200f of direction',
          'line\u2028two',
          '\u200b\u200d',
        ],
      ] as [string, string, unknown[]],
  ),
  ['POST /api/users', 'is_admin', [null, 1, 'true', [], {}]],
  ['PATCH /api/users/{id}', 'is_admin', [null, 0, 'false', [], {}]],
  ['PATCH /api/users/{id}', 'is_active', [null, 0, 'false', [], {}]],
  ...Object.keys(ROUTES).flatMap((route) =>
    ['nickname', 'id', 'password_hash', 'constructor'].map(
      (field) => [route, field, ['x']] as [string, string, unknown[]],
    ),
  ),
];

function serverOf(route: Route): TestServer {
  return route === ROUTES['POST /api/setup'] ? fresh : server;
}

async function send(route: Route, body: object, to = serverOf(route)) {
  return to.send({ method: route.method, url: route.url(), cookie, payload: body });
}

/** All that bad input could have changed. */
async function everything({ ground }: TestServer): Promise<unknown> {
  const { rows } = await ground.database.query(
    `select (select json_agg(u order by u.id) from keystamp.users u) as users,
       (select count(*) from keystamp.sessions) as sessions,
       (select json_agg(t) from keystamp.setup_tokens t) as setup`,
  );
  return rows[0];
}

describe('bad input is answered with 400, names the field, says what is expected, and changes nothing (K6)', () => {
  describe.each(FIELDS)('%s: %s', (name, field, values) => {
    const route = ROUTES[name] as Route;

    it.each(values.map((value) => [JSON.stringify(value).slice(0, 60), value]))(
      '%s',
      async (_told, value) => {
        const before = await everything(serverOf(route));
        const answer = await send(route, { ...route.body, [field]: value });
        expect(answer.statusCode).toBe(400);
        const { errors } = answer.json();
        expect(errors).toEqual([{ field, message: expect.stringMatching(/expected \S/) }]);
        expect(await everything(serverOf(route))).toEqual(before);
      },
    );
  });

  it.each(
    Object.entries(ROUTES).flatMap(([name, route]) => route.required.map((field) => [name, field])),
  )('%s without %s', async (name, field) => {
    const route = ROUTES[name as string] as Route;
    const { [field as string]: _left, ...rest } = route.body;
    const answer = await send(route, rest);
    expect(answer.statusCode).toBe(400);
    expect(answer.json().errors).toEqual([
      { field, message: expect.stringMatching(/^missing; expected \S/) },
    ]);
  });
});

it.each([
  ['nothing', {}, 'body', 'expected an object with email, or with name alone'],
  [
    'neither address nor name',
    { email: null },
    'name',
    'missing; expected a name, or an address in email',
  ],
])('400: POST /api/users with %s', async (_what, payload, field, message) => {
  const before = await everything(server);
  const answer = await server.send({ method: 'POST', url: '/api/users', cookie, payload });
  expect([answer.statusCode, answer.json().errors]).toEqual([400, [{ field, message }]]);
  expect(await everything(server)).toEqual(before);
});

it('400: a body that is not UTF-8 is refused, and no part of it is replaced', async () => {
  const before = await everything(server);
  const payload = Buffer.from(JSON.stringify({ name: 'Zoë' }), 'latin1');
  const headers = { 'content-type': 'application/json' };
  const url = `/api/users/${bobId}`;
  const answer = await server.send({ method: 'PATCH', url, cookie, headers, payload });
  expect([answer.statusCode, answer.json().detail]).toEqual([400, 'The body is not UTF-8.']);
  expect(await everything(server)).toEqual(before);
});

describe('odd but right input is taken as it came', () => {
  it.each([
    'Zoë 👩‍💻 O’Neill-李',
    'مثال',
    'x'.repeat(100),
    '👩'.repeat(100),
    `'; drop table users; --`,
  ])('the name %s', async (name) => {
    const answer = await send(ROUTES['PATCH /api/users/{id}'] as Route, { name });
    expect(answer.statusCode).toBe(200);
    expect(answer.json().user.name).toBe(name);
  });

  it('a password beyond ASCII, typed composed or not', async () => {
    const password = 'éàüö'.repeat(25);
    const answer = await send(ROUTES['PATCH /api/users/{id}'] as Route, { password });
    expect(answer.statusCode).toBe(200);
    await server.signIn('bob', password);
    const decomposed = await server.send({
      method: 'POST',
      url: '/api/auth/login',
      payload: { email: 'bob@example.com', password: password.normalize('NFD') },
    });
    expect(decomposed.statusCode).toBe(200);
  });

  it('a set-up token of the right form, once set-up is over: 404', async () => {
    expect(await issueSetupToken(server.ground.database)).toBeNull();
    const route = ROUTES['POST /api/setup'] as Route;
    expect((await send(route, route.body, server)).statusCode).toBe(404);
  });
});
