import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  authenticate,
  checkRequirement,
  credentialsOfHeaders,
  type RequestRequirement,
} from '../../src/http/index.js';
import { createTestKeystamp, type TestKeystamp } from '../support/keystamp.js';
import { lastUse, lastUseLongAgo } from '../support/last-use.js';

let test: TestKeystamp;
beforeAll(async () => {
  test = await createTestKeystamp();
});
afterAll(() => test.close());

it('G6: a request that is refused for its scope, and then served for another, is one use', async () => {
  const { apiKey, key } = await test.issue({ scopes: ['orders:read'] });
  const credentials = credentialsOfHeaders(new Headers({ 'x-api-key': apiKey }));
  const presented = { request: {}, url: '/', credentials };
  const refused = await authenticate(test.keystamp, presented, { scopes: ['orders:write'] });
  expect(refused).toMatchObject({ admitted: false, problem: { status: 403 } });
  const first = await lastUseLongAgo(test, key.id);
  expect(first).not.toBeNull();
  const served = await authenticate(test.keystamp, presented, { scopes: ['orders:read'] });
  expect(served).toMatchObject({ admitted: true, apiKey: { key: { id: key.id } } });
  expect(await lastUse(test, key.id)).toBe(first);
});

it('a requirement on the same request is judged anew: a key that was revoked meanwhile is refused', async () => {
  const { apiKey, key } = await test.issue();
  const credentials = credentialsOfHeaders(new Headers({ 'x-api-key': apiKey }));
  const presented = { request: {}, url: '/', credentials };
  expect((await authenticate(test.keystamp, presented)).admitted).toBe(true);
  await test.keystamp.revokeApiKey(key.id);
  const after = await authenticate(test.keystamp, presented);
  expect(after).toMatchObject({ admitted: false, problem: { status: 401 } });
});

it('K1: a key in the path is refused however the rest of the path is encoded', async () => {
  const { apiKey } = await test.issue();
  const credentials = credentialsOfHeaders(new Headers({ 'x-api-key': apiKey }));
  for (const path of [apiKey, apiKey.replace('_', '%5F'), `%zz/${apiKey.replace('_', '%5f')}`]) {
    const presented = { request: {}, url: `/v1/${path}`, credentials };
    const outcome = await authenticate(test.keystamp, presented);
    expect([path.length, outcome]).toMatchObject([path.length, { problem: { status: 400 } }]);
  }
});

it('what is handed out is not what is remembered: nobody becomes an administrator by a service', async () => {
  const { apiKey } = await test.issue();
  const credentials = credentialsOfHeaders(new Headers({ 'x-api-key': apiKey }));
  const admit = async () =>
    (await authenticate(test.keystamp, { request: {}, url: '/', credentials })) as {
      apiKey: { user: { isAdmin: boolean } };
    };
  const { user } = (await admit()).apiKey;
  expect(() => {
    user.isAdmin = true;
  }).toThrow(TypeError);
  expect((await admit()).apiKey.user.isAdmin).toBe(false);
  (await test.keystamp.listApiKeys()).trackingSince.setTime(0);
  expect((await test.keystamp.listApiKeys()).trackingSince.getTime()).toBeGreaterThan(0);
});

describe('middleware that reads more of a request', () => {
  interface Form {
    readonly secret: string | null;
    readonly scopes?: readonly string[];
  }
  const requirement: RequestRequirement<Form> = {
    scopes: ['orders:read'],
    scopesOf: ({ scopes = [] }) => scopes,
    otherScheme: (scheme, credentials) => (scheme === 'token' ? credentials : null),
    formSecretOf: ({ secret }) => secret,
  };
  const ask = (request: Form, headers: Record<string, string> = {}) => {
    const credentials = credentialsOfHeaders(new Headers(headers));
    return authenticate(test.keystamp, { request, url: '', credentials }, requirement);
  };

  it('takes the key of a form, and of a scheme of its own', async () => {
    const { apiKey, key } = await test.issue({ scopes: ['orders:read'] });
    const admitted = { admitted: true, apiKey: { key: { id: key.id } } };
    expect(await ask({ secret: apiKey })).toMatchObject(admitted);
    const authorization = `Token ${apiKey}`;
    expect(await ask({ secret: null }, { authorization })).toMatchObject(admitted);
  });

  it('refuses a key that comes in two ways, even if it is the same', async () => {
    const { apiKey } = await test.issue({ scopes: ['orders:read'] });
    const outcome = await ask({ secret: apiKey }, { authorization: `Bearer ${apiKey}` });
    expect(outcome).toMatchObject({
      admitted: false,
      problem: { status: 400, errors: [{ field: 'client_secret' }] },
      reason: null,
    });
  });

  it('needs the scopes of the request beside those of the route, and names all of them', async () => {
    const { apiKey } = await test.issue({ scopes: ['orders:read'] });
    const outcome = await ask({ secret: apiKey, scopes: ['orders:write'] });
    expect(outcome).toMatchObject({ problem: { status: 403 }, reason: 'insufficient_scope' });
    expect(outcome).toHaveProperty(
      'problem.detail',
      'The API key needs the scopes orders:read orders:write.',
    );
  });

  it('reads no scopes of a request without a key', async () => {
    const outcome = await authenticate(
      test.keystamp,
      { request: {}, url: '', credentials: { apiKeys: [], authorizations: [] } },
      {
        optional: true,
        scopesOf: () => {
          throw new Error('read');
        },
      },
    );
    expect(outcome).toEqual({ admitted: true, apiKey: null });
  });

  it.each(['scopesOf', 'otherScheme', 'formSecretOf'])('needs a function as %s', (field) => {
    expect(() => checkRequirement({ [field]: ['a'] } as never)).toThrow(
      `${field}: expected a function`,
    );
  });
});

it('a scope of administrators is refused to the key without scopes, which was authenticated: a use', async () => {
  const { apiKey, key } = await test.issue();
  const credentials = credentialsOfHeaders(new Headers({ 'x-api-key': apiKey }));
  const presented = { request: {}, url: '/', credentials };
  const needed = { scopes: ['orders:audit'], adminScopes: ['orders:audit'] };
  expect(await authenticate(test.keystamp, presented, needed)).toMatchObject({
    admitted: false,
    problem: { status: 403 },
    reason: 'insufficient_scope',
  });
  expect(await lastUse(test, key.id)).not.toBeNull();
  const admitted = await authenticate(test.keystamp, presented, { scopes: ['orders:audit'] });
  expect(admitted.admitted).toBe(true);
});
