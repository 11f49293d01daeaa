import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeyServer, type KeyServer } from '../support/key-server.js';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

let server: KeyServer;
let gateway: string;

beforeAll(async () => {
  server = await createKeyServer();
  gateway = (await server.issue({ userId: server.ada.id, scopes: ['introspect'] })).apiKey;
});
afterAll(() => server.close());

function introspect(payload: string, headers: Record<string, string> = {}) {
  return server.app.inject({
    method: 'POST',
    url: '/oauth2/introspect',
    payload,
    headers: { authorization: `Bearer ${gateway}`, ...FORM, ...headers },
  });
}

function basic(name: string, password: string) {
  return { authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}` };
}

describe('POST /oauth2/introspect (RFC 7662)', () => {
  describe('200', () => {
    it('tells of an active key', async () => {
      const expiresAt = new Date('2031-01-01T00:00:00.900Z');
      const { apiKey, key } = await server.issue({ scopes: ['a', 'b'], expiresAt });
      const answer = await introspect(`token=${apiKey}`);
      expect(answer.statusCode).toBe(200);
      expect(answer.headers['cache-control']).toBe('no-store');
      expect(answer.json()).toEqual({
        active: true,
        scope: 'a b',
        client_id: key.id,
        sub: server.bob.id,
        exp: Date.parse('2031-01-01T00:00:00Z') / 1000,
        iat: Math.floor(key.createdAt.getTime() / 1000),
      });
    });

    it('leaves exp and scope out where there are none', async () => {
      const { apiKey } = await server.issue();
      const told = (await introspect(`token=${apiKey}&token_type_hint=access_token&x=y`)).json();
      expect(Object.keys(told).sort()).toEqual(['active', 'client_id', 'iat', 'sub']);
    });

    it.each([
      ['the password of Basic', () => basic('gateway', gateway)],
      [
        'the password of Basic, form-encoded as RFC 6749 has it',
        () => basic('my%20gateway', gateway.replace('_', '%5F')),
      ],
      ['the name of Basic before an empty password', () => basic(gateway, '')],
    ])('knows the caller by %s', async (_name, headers) => {
      const { apiKey } = await server.issue();
      const answer = await introspect(`token=${apiKey}`, headers());
      expect([answer.statusCode, answer.json().active]).toEqual([200, true]);
    });

    it.each(['x', 'ks_garbage', 'k'.repeat(4096), '%F0%9F%97%9D', '%00'])(
      'a token that is no key (%.20s) is inactive',
      async (token) => {
        const answer = await introspect(`token=${token}`);
        expect([answer.statusCode, answer.body]).toEqual([200, '{"active":false}']);
      },
    );
  });

  describe('400 invalid_request', () => {
    it.each([
      ['no token', '', 'token'],
      ['an empty token', 'token=', 'token'],
      ['two tokens', 'token=a&token=b', 'token'],
      ['a token too long', `token=${'k'.repeat(4097)}`, 'token'],
    ])('%s', async (_name, payload, field) => {
      const answer = await introspect(payload);
      expect(answer.statusCode).toBe(400);
      expect(answer.headers['content-type']).toBe('application/json');
      expect(answer.json()).toMatchObject({
        error: 'invalid_request',
        error_description: expect.any(String),
        errors: [{ field, message: expect.stringContaining('expected') }],
      });
    });
  });

  describe('401', () => {
    it('without credentials; a session does not count', async () => {
      const answer = await server.ask({
        method: 'POST',
        url: '/oauth2/introspect',
        payload: 'token=x',
        headers: FORM,
        cookie: server.ada.cookie,
      });
      expect(answer.statusCode).toBe(401);
      expect(answer.json().error).toBe('invalid_client');
    });

    it('Basic counts at no other route of the API', async () => {
      const headers = basic('x', gateway);
      const answer = await server.app.inject({ url: '/api/api-keys', headers });
      expect(answer.statusCode).toBe(401);
    });
  });

  describe('403 insufficient_scope', () => {
    it.each([
      ['a key without scopes, of an administrator', () => ({ userId: server.ada.id })],
      ['a key with other scopes', () => ({ userId: server.ada.id, scopes: ['keystamp:read'] })],
      ['a key of somebody who is no administrator', () => ({ scopes: ['introspect'] })],
    ])('%s', async (_name, input) => {
      const { apiKey } = await server.issue(input());
      const token = await server.issue();
      const answer = await introspect(`token=${token.apiKey}`, {
        authorization: `Bearer ${apiKey}`,
      });
      expect(answer.statusCode).toBe(403);
      expect(answer.json().error).toBe('insufficient_scope');
      expect(await server.lastUse(token.key.id)).toBeNull();
    });
  });

  it.each(['application/json', 'text/plain'])('415 for %s', async (type) => {
    const answer = await introspect('{"token":"x"}', { 'content-type': type });
    expect(answer.statusCode).toBe(415);
    expect(answer.json().error).toBe('invalid_request');
  });
});
