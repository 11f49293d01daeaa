import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLog } from '../src/log.js';
import {
  createTestServer,
  jsonText,
  ORIGIN,
  PASSWORD,
  type TestServer,
} from './support/test-server.js';

let server: TestServer;
let cookie: string;

beforeAll(async () => {
  server = await createTestServer();
  await server.addUser('ada', { isAdmin: true });
  cookie = await server.signIn('ada');
});
afterAll(() => server.close());

/** Everything that is wrong with a request before a handler sees it. */
const REFUSED = [
  ['an unknown path', { url: '/api/nothing' }, 404],
  [
    'an unknown path with a body of no type',
    { method: 'POST', url: '/nothing', payload: 'x' },
    404,
  ],
  ['a wrong method', { method: 'DELETE', url: '/api/setup' }, 405],
  ['a wrong method on a path with a part', { method: 'PUT', url: '/api/users/7' }, 405],
  ['malformed JSON', { method: 'POST', url: '/api/auth/login', ...jsonText('{"email":') }, 400],
  ['JSON that is no object', { method: 'POST', url: '/api/auth/login', ...jsonText('[]') }, 400],
  ['JSON null', { method: 'POST', url: '/api/auth/login', ...jsonText('null') }, 400],
  [
    'a poisoned prototype',
    { method: 'POST', url: '/api/auth/login', ...jsonText('{"__proto__":{}}') },
    400,
  ],
  ['no body', { method: 'POST', url: '/api/auth/login' }, 400],
  ['an empty body', { method: 'POST', url: '/api/auth/login', ...jsonText('') }, 400],
  [
    'a body too large',
    { method: 'POST', url: '/api/auth/login', ...jsonText(`"${'x'.repeat(300_000)}"`) },
    413,
  ],
  [
    'a form',
    {
      method: 'POST',
      url: '/api/auth/login',
      payload: 'email=a',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    },
    415,
  ],
  [
    'plain text',
    {
      method: 'POST',
      url: '/api/auth/login',
      payload: '{}',
      headers: { 'content-type': 'text/plain' },
    },
    415,
  ],
  ['a body of no type', { method: 'POST', url: '/api/auth/login', payload: '{}' }, 415],
  [
    'a content type that is none',
    { method: 'POST', url: '/api/auth/login', payload: '{}', headers: { 'content-type': ';;' } },
    415,
  ],
  ['broken percent-encoding', { url: '/api/%zz' }, 400],
] as const;

describe('every error is a problem document (RFC 9457)', () => {
  it.each(REFUSED)('%s', async (_name, request, status) => {
    const answer = await server.app.inject({
      ...request,
      headers: { origin: ORIGIN, cookie, ...('headers' in request ? request.headers : {}) },
    });
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.json()).toMatchObject({
      type: expect.any(String),
      title: expect.any(String),
      status,
      detail: expect.any(String),
    });
  });

  it.each([
    ['no HTTP', 'hello\r\n\r\n', 400],
    [
      'headers too large',
      `GET / HTTP/1.1\r\nhost: x\r\nx-long: ${'x'.repeat(20_000)}\r\n\r\n`,
      431,
    ],
  ])('%s, on the bare connection', async (_name, text, status) => {
    const listening = await createTestServer();
    try {
      await listening.app.listen({ port: 0, host: '127.0.0.1' });
      const socket = connect(listening.context.localPort(), '127.0.0.1');
      socket.write(text);
      const answer = (await buffer(socket)).toString();
      expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      expect(answer).toContain('application/problem+json');
      expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({ status });
    } finally {
      await listening.close();
    }
  });

  it('405 says what the path answers to', async () => {
    const answer = await server.app.inject({ method: 'PUT', url: '/api/auth/login' });
    expect(answer.headers['allow']).toBe('POST');
  });

  it('400 names all wrong fields at once, in the words of the wire, and drops nothing silently', async () => {
    const answer = await server.send({
      method: 'POST',
      url: '/api/users',
      cookie,
      payload: { email: 5, is_admin: 'yes', nickname: 'x' },
    });
    expect(answer.json().errors).toEqual([
      { field: 'nickname', message: 'unknown; expected one of email, password, name, is_admin' },
      {
        field: 'email',
        message: 'expected an e-mail address of at most 254 characters with one @, got a number',
      },
      { field: 'is_admin', message: 'expected true or false, got text' },
    ]);
  });

  it('500 tells nothing to the caller and all to the log', async () => {
    const broken = await createTestServer();
    try {
      await broken.ground.database.query('drop table keystamp.sessions');
      const answer = await broken.send({ url: '/api/auth/me', cookie });
      expect(answer.statusCode).toBe(500);
      expect(answer.json()).toEqual({
        type: 'about:blank',
        title: 'Internal Server Error',
        status: 500,
        detail: 'The server failed.',
      });
      expect(broken.logged.join('')).toContain('keystamp.sessions');
    } finally {
      await broken.close();
    }
  });
});

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

  it('promise no https where there is none', async () => {
    const { headers } = await server.app.inject({ url: '/' });
    expect(headers).not.toHaveProperty('strict-transport-security');
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

describe('access', () => {
  it('is stated by every route', () => {
    expect(server.app.routeTable.length).toBeGreaterThan(20);
    for (const route of server.app.routeTable) {
      expect(route.access, `${route.method} ${route.url}`).toMatch(
        /^(public|session|admin_session|session_or_key|key)$/,
      );
    }
  });

  it('is demanded at the start: a route that does not state it fails', async () => {
    const fastify = (await import('fastify')).default;
    const { keepRouteTable } = await import('../src/route-table.js');
    const app = fastify();
    keepRouteTable(app as never);
    app.get('/open', () => 'open');
    await expect(app.ready()).rejects.toThrow('GET /open does not say its access');
  });

  it('turns strangers away from every route that is not public, before the body is read', async () => {
    const closed = server.app.routeTable.filter((route) => route.access !== 'public');
    expect(closed.length).toBeGreaterThan(5);
    for (const { method, url } of closed) {
      const answer = await server.app.inject({
        method: method as 'GET',
        url: url.replace(':id', '00000000-0000-4000-8000-000000000000'),
        ...(method === 'GET' || method === 'HEAD' ? {} : jsonText('{ not JSON')),
      });
      expect(answer.statusCode, `${method} ${url}`).toBe(401);
    }
  });
});

describe('the log', () => {
  it('holds no secret, whatever was sent', async () => {
    const { apiKey } = await server.keystamp.createApiKey({ userId: 'ada', name: 'A key' });
    const secret = 'hunter2-hunter2-hunter2';
    for (const request of [
      { url: `/api/setup?token=${secret}` },
      { url: `/api/nothing/${secret}` },
      { url: `/api/users?q=${secret}&nope=${secret}`, headers: { cookie } },
      { url: '/api/users', headers: { authorization: `Bearer ${apiKey}`, 'x-api-key': apiKey } },
      { method: 'POST', url: '/api/auth/login', payload: { email: secret, password: secret } },
      {
        method: 'POST',
        url: '/api/auth/login',
        payload: { email: 'ada@example.com', password: secret },
      },
      {
        method: 'POST',
        url: '/api/setup',
        payload: { token: secret, email: 'a@b', password: secret },
      },
      { method: 'POST', url: '/api/auth/login', ...jsonText(`{"${secret}": `) },
    ] as const) {
      await server.app.inject(request);
    }
    const log = server.logged.join('');
    expect(log).toContain('"route":"/api/users"');
    expect(log).not.toContain(secret);
    expect(log).not.toContain(PASSWORD);
    expect(log).not.toContain(apiKey);
    expect(log).not.toContain(cookie.split('=')[1]);
    expect(log).not.toContain('argon2id');
  });

  it('blots out what looks like a key even where a message holds one (K1)', async () => {
    const lines: string[] = [];
    const log = openLog('info', { write: (line) => lines.push(line) });
    const { apiKey } = await server.keystamp.createApiKey({ userId: 'ada', name: 'Another' });
    log.info({ nested: { apiKey } }, `a careless message: ${apiKey}, twice ${apiKey}`);
    expect(lines.join('')).not.toContain(apiKey);
    expect(lines.join('').match(/\[key\]/g)).toHaveLength(3);
  });

  it('leaves out what the driver quotes of rows', () => {
    const lines: string[] = [];
    const log = openLog('info', { write: (line) => lines.push(line) });
    const cause = Object.assign(new Error('duplicate key'), {
      code: '23505',
      detail: 'Key (key_hash)=(\\xdead)',
    });
    log.error({ err: new Error('outer', { cause }) }, 'failed');
    expect(JSON.parse(lines[0] ?? '').err).toMatchObject({
      message: 'outer',
      cause: { code: '23505' },
    });
    expect(lines.join('')).not.toContain('xdead');
  });

  it('warns once of forwarded headers that nobody was told to trust', async () => {
    const proxied = await createTestServer({ env: { KEYSTAMP_TRUST_PROXY: '192.0.2.0/24' } });
    try {
      const headers = { 'x-forwarded-for': '198.51.100.9' };
      const ask = (remoteAddress: string) =>
        proxied.app.inject({ url: '/healthz', headers, remoteAddress });
      const warnings = () => proxied.logged.filter((line) => line.includes('KEYSTAMP_TRUST_PROXY'));
      await ask('192.0.2.1');
      expect(warnings()).toHaveLength(0);
      expect(proxied.logged.at(-1)).toContain('"from":"198.51.100.9"');
      await ask('203.0.113.1');
      await ask('203.0.113.1');
      expect(warnings()).toHaveLength(1);
      expect(proxied.logged.at(-1)).toContain('"from":"203.0.113.1"');
    } finally {
      await proxied.close();
    }
  });
});

it('SQL of keys stays in the core', () => {
  const folder = new URL('../src/sql/', import.meta.url);
  const texts = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), 'utf8'));
  expect(texts.length).toBeGreaterThan(10);
  for (const text of texts) expect(text).not.toMatch(/keystamp\.api_keys/);
});
