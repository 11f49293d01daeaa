import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeyServer, type KeyServer } from '../support/key-server.js';

let server: KeyServer;
let apiKey: string;
let other: string;

beforeAll(async () => {
  server = await createKeyServer();
  apiKey = (await server.issue()).apiKey;
  other = (await server.issue()).apiKey;
});
afterAll(() => server.close());

function list(headers: Record<string, string | string[]>, url = '/api/api-keys') {
  return server.app.inject({ url, headers });
}

describe('a request with a key', () => {
  describe('200', () => {
    it.each([
      ['X-API-Key', () => ({ 'x-api-key': apiKey })],
      ['Authorization: Bearer', () => ({ authorization: `Bearer ${apiKey}` })],
      ['the scheme in any case', () => ({ authorization: `bEARER ${apiKey}` })],
      [
        'both, holding the same',
        () => ({ 'x-api-key': apiKey, authorization: `Bearer ${apiKey}` }),
      ],
      [
        'Authorization of another scheme beside it',
        () => ({
          'x-api-key': apiKey,
          authorization: 'Basic YTpi',
        }),
      ],
    ])('%s', async (_name, headers) => {
      expect((await list(headers())).statusCode).toBe(200);
    });

    it('is decided by the key, not by the cookie that comes along', async () => {
      const answer = await server.ask({
        url: '/api/api-keys?user=all',
        key: apiKey,
        cookie: server.ada.cookie,
      });
      expect(answer.statusCode).toBe(403);
    });
  });

  describe('401 with the form that is expected', () => {
    it('for a key in Authorization without its scheme: no cookie stands in, and no status is told', async () => {
      const { revoked } = await server.refusedKeys();
      const answers = [];
      for (const authorization of [apiKey, revoked, `Token ${apiKey}`]) {
        const answer = await server.ask({
          url: '/api/api-keys',
          cookie: server.ada.cookie,
          headers: { authorization },
        });
        expect(answer.headers['www-authenticate']).toBe('Bearer');
        expect(answer.json().detail).toContain('expected it as X-API-Key or Authorization: Bearer');
        expect(answer.body).not.toContain(authorization);
        answers.push([answer.statusCode, answer.body]);
      }
      expect(answers).toEqual(Array(3).fill([401, answers[0]?.[1]]));
    });

    it('for no key at all', async () => {
      const answer = await list({});
      expect([answer.statusCode, answer.json().detail]).toEqual([
        401,
        'Sign in, or send an API key, as X-API-Key or Authorization: Bearer.',
      ]);
    });
  });

  describe('400', () => {
    it.each([
      ['two different keys', () => ({ 'x-api-key': apiKey, authorization: `Bearer ${other}` })],
      ['X-API-Key twice', () => ({ 'x-api-key': [apiKey, apiKey] })],
      ['Authorization twice', () => ({ authorization: [`Bearer ${apiKey}`, 'Basic YTpi'] })],
    ])('%s', async (_name, headers) => {
      const answer = await list(headers());
      expect(answer.statusCode).toBe(400);
      expect(answer.headers['content-type']).toBe('application/problem+json');
    });

    it('Authorization twice on a real connection, where Node keeps only the first', async () => {
      await server.app.listen({ host: '127.0.0.1', port: 0 });
      const answer = await overSocket([
        'GET /api/api-keys HTTP/1.1',
        'Host: localhost',
        `Authorization: Bearer ${apiKey}`,
        `Authorization: Bearer ${other}`,
        'Connection: close',
      ]);
      expect(answer).toMatch(/^HTTP\/1.1 400 /);
    });

    it.each([
      ['api_key', () => `/api/api-keys?api_key=${apiKey}`, 'api_key'],
      ['access_token', () => `/api/api-keys?access_token=${apiKey}`, 'access_token'],
      ['access_token of any shape', () => '/api/api-keys?access_token=x', 'access_token'],
      ['another parameter', () => `/verify?scope=${apiKey}`, 'scope'],
      ['the search', () => `/api/api-keys?q=${apiKey}`, 'q'],
      ['the search, with text around it', () => `/api/api-keys?q=%20key:${apiKey}%20`, 'q'],
      ['a public route', () => `/healthz?x=${apiKey}`, 'x'],
      ['the path', () => `/api/api-keys/${apiKey}`, 'path'],
      ['the path, encoded', () => `/${apiKey.replace('_', '%5F')}`, 'path'],
    ])('a key in the URL: %s', async (_name, url, field) => {
      const answer = await server.ask({ url: url(), cookie: server.ada.cookie });
      expect(answer.statusCode).toBe(400);
      expect(answer.json().errors).toEqual([
        { field, message: expect.stringContaining('no API key in the URL') },
      ]);
      expect(answer.body).not.toContain(apiKey);
    });
  });

  describe('401', () => {
    it('without credentials: the challenge has no error code (RFC 6750, 3.1)', async () => {
      const answer = await list({});
      expect(answer.statusCode).toBe(401);
      expect(answer.headers['www-authenticate']).toBe('Bearer');
    });

    it('with credentials of another scheme: as without', async () => {
      const answer = await list({ authorization: 'Basic YTpi' });
      expect(answer.statusCode).toBe(401);
      expect(answer.headers['www-authenticate']).toBe('Bearer');
    });

    it.each([
      ['a typo in it', () => `${apiKey.slice(0, -1)}${apiKey.endsWith('0') ? '1' : '0'}`],
      ['nothing in it', () => ''],
      ['a word', () => 'key'],
      ['two of them, joined by a comma', () => `${apiKey}, ${apiKey}`],
      ['5,000 characters', () => 'k'.repeat(5000)],
      ['other letters', () => 'ks_\u00e9\u00e8'],
    ])('a key with %s, even beside a good cookie', async (_name, key) => {
      const answer = await server.ask({
        url: '/api/api-keys',
        cookie: server.ada.cookie,
        key: key(),
      });
      expect(answer.statusCode).toBe(401);
      expect(answer.headers['www-authenticate']).toBe('Bearer error="invalid_token"');
    });
  });

  describe('401, whatever white space stands around the scheme', () => {
    it.each([
      'Bearer\tbad',
      'Bearer \t bad',
      '\tBearer\tbad',
      'bearer\u00a0bad',
      'Bearer',
      'Bearer\t',
    ])('%j beside a good cookie', async (authorization) => {
      const answer = await server.ask({
        url: '/api/api-keys',
        cookie: server.ada.cookie,
        headers: { authorization },
      });
      expect(answer.statusCode).toBe(401);
      expect(answer.headers['www-authenticate']).toBe('Bearer error="invalid_token"');
    });

    it('200: a good key after a tab', async () => {
      expect((await list({ authorization: `Bearer\t${apiKey}` })).statusCode).toBe(200);
    });
  });

  describe('403', () => {
    it('names the scope that is missing (RFC 6750, 3.1)', async () => {
      const scoped = await server.issue({ scopes: ['keystamp:write', 'orders:read'] });
      const answer = await list({ 'x-api-key': scoped.apiKey });
      expect(answer.statusCode).toBe(403);
      expect(answer.headers['www-authenticate']).toBe(
        'Bearer error="insufficient_scope", scope="keystamp:read"',
      );
      expect(answer.json()).toMatchObject({
        status: 403,
        detail: 'The API key needs the scope keystamp:read.',
      });
    });
  });
});

/** Sends lines as they are; gives the whole answer. */
function overSocket(lines: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(server.context.localPort(), '127.0.0.1', () => {
      socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    });
    socket.setEncoding('utf8');
    socket.on('data', (text) => {
      answer += text;
    });
    socket.on('end', () => resolve(answer)).on('error', reject);
  });
}
