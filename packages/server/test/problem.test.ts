import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestServer, jsonText, ORIGIN, type TestServer } from './support/test-server.js';

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
      `GET / HTTP/1.1\r\nhost: x\r\nx-long: ${'x'.repeat(70_000)}\r\n\r\n`,
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

  it.each([
    ['/api/auth/login', 'application/x-www-form-urlencoded', 'application/json'],
    ['/oauth2/revoke', 'application/json', 'application/x-www-form-urlencoded'],
  ])('415 of %s for %s names the type that is taken', async (url, type, taken) => {
    const headers = { origin: ORIGIN, 'content-type': type };
    const answer = await server.app.inject({ method: 'POST', url, headers, payload: 'x' });
    expect([answer.statusCode, answer.json().detail]).toEqual([
      415,
      `Send the body with Content-Type: ${taken}.`,
    ]);
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
        type: 'urn:keystamp:problem:server_failed',
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
