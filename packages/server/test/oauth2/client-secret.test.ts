import type { IssuedApiKey } from 'keystamp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeyServer, type KeyServer } from '../support/key-server.js';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

let server: KeyServer;
let gateway: IssuedApiKey;

beforeAll(async () => {
  server = await createKeyServer();
});
afterAll(() => server.close());

async function issueGateway() {
  gateway = await server.issue({ userId: server.ada.id, scopes: ['introspect'] });
  return gateway.apiKey;
}

function post(url: string, form: Record<string, string>, headers: Record<string, string> = {}) {
  const payload = new URLSearchParams(form).toString();
  return server.app.inject({ method: 'POST', url, payload, headers: { ...FORM, ...headers } });
}

const introspect = (form: Record<string, string>, headers?: Record<string, string>) =>
  post('/oauth2/introspect', form, headers);

function basic(name: string, password: string) {
  return { authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}` };
}

describe('client_secret_post (RFC 6749 §2.3.1)', () => {
  it.each([
    ['any client_id', { client_id: 'gateway' }],
    ['without a client_id', {}],
    ['an empty client_id', { client_id: '' }],
  ])('the client_secret is the key: %s', async (_name, more) => {
    const { apiKey, key } = await server.issue();
    const client_secret = await issueGateway();
    const answer = await introspect({ ...more, client_secret, token: apiKey });
    expect([answer.statusCode, answer.json()]).toMatchObject([
      200,
      { active: true, client_id: key.id },
    ]);
    expect(await server.lastUse(key.id)).not.toBeNull();
    expect(await server.lastUse(gateway.key.id)).not.toBeNull();
  });

  it('a form of another charset or spelling of its type is read too', async () => {
    const client_secret = await issueGateway();
    const headers = { 'content-type': 'Application/X-WWW-Form-Urlencoded; charset=UTF-8' };
    const answer = await introspect({ client_id: 'x', client_secret, token: 'x' }, headers);
    expect([answer.statusCode, answer.body]).toEqual([200, '{"active":false}']);
  });

  it('a parameter without a value counts as left out (§3.2)', async () => {
    const key = await issueGateway();
    const answer = await introspect({ client_secret: '', token: 'x' }, basic('gateway', key));
    expect(answer.statusCode).toBe(200);
  });

  it('a client_id alone names a client and proves nothing, even if it is a key', async () => {
    const answer = await introspect({ client_id: await issueGateway(), token: 'x' });
    expect([answer.statusCode, answer.json().error]).toEqual([401, 'invalid_client']);
    expect(await server.lastUse(gateway.key.id)).toBeNull();
  });

  it('a key in the form counts at these two routes alone', async () => {
    const { id } = (await server.issue()).key;
    const client_secret = await issueGateway();
    for (const url of ['/verify', `/api/api-keys/${id}/revoke`]) {
      expect((await post(url, { client_secret })).statusCode).toBe(401);
    }
    expect(await server.lastUse(gateway.key.id)).toBeNull();
  });

  it('a key without the scope is 403, and a key that may not act 401', async () => {
    const other = await server.issue({ scopes: ['orders:read'] });
    const denied = await introspect({ client_secret: other.apiKey, token: 'x' });
    expect([denied.statusCode, denied.json().error]).toEqual([403, 'insufficient_scope']);
    for (const client_secret of Object.values(await server.refusedKeys())) {
      const answer = await introspect({ client_secret, token: other.apiKey });
      expect([answer.statusCode, answer.json().error]).toEqual([401, 'invalid_client']);
    }
  });
});

describe('more than one method in a request (RFC 6749 §2.3)', () => {
  it.each<[string, string, (key: string) => Record<string, string>, boolean]>([
    ['Basic and the form', 'client_secret', (key) => basic('gateway', key), true],
    ['Bearer and the form', 'client_secret', (key) => ({ authorization: `Bearer ${key}` }), true],
    ['another scheme and the form', 'client_secret', () => ({ authorization: 'Digest x' }), true],
    ['X-API-Key and the form', 'client_secret', (key) => ({ 'x-api-key': key }), true],
    [
      'X-API-Key and Bearer',
      'Authorization',
      (key) => ({ 'x-api-key': key, authorization: `Bearer ${key}` }),
      false,
    ],
  ])('%s: invalid_request, and no use', async (_name, field, headersOf, inForm) => {
    const key = await issueGateway();
    const token = await server.issue();
    const form = { token: token.apiKey, ...(inForm ? { client_secret: key } : {}) };
    for (const url of ['/oauth2/introspect', '/oauth2/revoke']) {
      const answer = await post(url, form, headersOf(key));
      expect([url, answer.statusCode, answer.json()]).toMatchObject([
        url,
        400,
        { error: 'invalid_request', errors: [{ field }] },
      ]);
    }
    expect(await server.lastUse(gateway.key.id)).toBeNull();
    expect((await server.keystamp.getApiKey(token.key.id))?.status).toBe('active');
  });

  it('the same parameter twice is invalid_request', async () => {
    const payload = `token=x&client_secret=${await issueGateway()}&client_secret=x`;
    const url = '/oauth2/introspect';
    const answer = await server.app.inject({ method: 'POST', url, payload, headers: FORM });
    expect([answer.statusCode, answer.json().errors[0].field]).toEqual([400, 'client_secret']);
    expect(await server.lastUse(gateway.key.id)).toBeNull();
  });
});

describe('401 of introspection', () => {
  it.each<[string, Record<string, string>, Record<string, string>, string[]]>([
    ['no credentials', {}, {}, ['Bearer', 'Basic realm="Keystamp"']],
    ['Basic', {}, basic('x', 'ks_garbage'), ['Basic realm="Keystamp"', 'Bearer']],
    ['the form', { client_secret: 'ks_garbage' }, {}, ['Basic realm="Keystamp"', 'Bearer']],
    [
      'Bearer',
      {},
      { authorization: 'Bearer ks_garbage' },
      ['Bearer error="invalid_token"', 'Basic realm="Keystamp"'],
    ],
  ])('names Basic and Bearer: %s', async (_name, form, headers, challenges) => {
    const answer = await introspect({ token: 'x', ...form }, headers);
    expect([answer.statusCode, answer.headers['www-authenticate']]).toEqual([401, challenges]);
    expect(answer.headers['content-type']).toBe('application/json');
  });
});

describe('a client at revocation (RFC 7009 §2.1)', () => {
  it.each<[string, (key: string) => [Record<string, string>, Record<string, string>]]>([
    ['the form', (key) => [{ client_id: 'x', client_secret: key }, {}]],
    ['Basic', (key) => [{}, basic('x', key)]],
    ['Bearer', (key) => [{}, { authorization: `Bearer ${key}` }]],
  ])('is authenticated by %s: a use of its key, not of the token', async (_name, sent) => {
    const client = await server.issue({ scopes: ['orders:read'] });
    const { apiKey, key } = await server.issue();
    const [form, headers] = sent(client.apiKey);
    const answer = await post('/oauth2/revoke', { token: apiKey, ...form }, headers);
    expect([answer.statusCode, answer.body]).toEqual([200, '']);
    expect((await server.keystamp.getApiKey(key.id))?.status).toBe('revoked');
    expect(await server.lastUse(key.id)).toBeNull();
    expect(await server.lastUse(client.key.id)).not.toBeNull();
    const line = server.logged.find((text) => text.includes(key.id) && text.includes('revoked'));
    expect(JSON.parse(line as string)).toMatchObject({ byKey: client.key.id });
  });

  it('with a key that may not act is invalid_client, and is told to send the token alone', async () => {
    for (const client_secret of Object.values(await server.refusedKeys())) {
      const { apiKey, key } = await server.issue();
      const answer = await post('/oauth2/revoke', { token: apiKey, client_secret });
      expect([answer.statusCode, answer.json()]).toMatchObject([
        401,
        { error: 'invalid_client', error_description: expect.stringContaining('token alone') },
      ]);
      expect((await server.keystamp.getApiKey(key.id))?.status).toBe('active');
      await post('/oauth2/revoke', { token: apiKey, client_id: 'known' });
      expect((await server.keystamp.getApiKey(key.id))?.status).toBe('revoked');
    }
  });
});
