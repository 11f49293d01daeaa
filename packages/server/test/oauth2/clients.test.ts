import type { IssuedApiKey } from 'keystamp';
import * as oauth from 'oauth4webapi';
import * as client from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeyServer, type KeyServer } from '../support/key-server.js';

/** Keystamp listens on loopback here, without TLS. Both libraries ask for this consent, and for nothing else. */
const OPENID_CLIENT = { execute: [client.allowInsecureRequests] };
const OAUTH4WEBAPI = { [oauth.allowInsecureRequests]: true };

let server: KeyServer;
let issuer: URL;
let gateway: IssuedApiKey;

beforeAll(async () => {
  server = await createKeyServer();
  await server.app.listen({ host: '127.0.0.1', port: 0 });
  issuer = new URL(`http://127.0.0.1:${server.context.localPort()}`);
  gateway = await server.issue({ userId: server.ada.id, scopes: ['introspect'] });
});
afterAll(() => server.close());

async function statusOf({ key }: IssuedApiKey) {
  return (await server.keystamp.getApiKey(key.id))?.status;
}

describe('openid-client', () => {
  it.each<[string, (key: string) => Parameters<typeof client.discovery>]>([
    ['as it is: client_secret_post', (key) => [issuer, 'gateway', key, undefined, OPENID_CLIENT]],
    [
      'discovery by RFC 8414',
      (key) => [issuer, 'gateway', key, undefined, { ...OPENID_CLIENT, algorithm: 'oauth2' }],
    ],
    [
      'client_secret_basic, with a name that needs its encoding',
      (key) => [issuer, 'a gate: +1%', undefined, client.ClientSecretBasic(key), OPENID_CLIENT],
    ],
  ])('discovers, introspects and revokes: %s', async (_name, configured) => {
    const config = await client.discovery(...configured(gateway.apiKey));
    const token = await server.issue({ scopes: ['orders:read'] });
    const active = await client.tokenIntrospection(config, token.apiKey);
    expect(active).toMatchObject({ active: true, scope: 'orders:read', sub: server.bob.id });
    await client.tokenRevocation(config, token.apiKey);
    expect(await statusOf(token)).toBe('revoked');
    expect(await client.tokenIntrospection(config, token.apiKey)).toEqual({ active: false });
  });

  it('sends the scopes that it knows: a key without scopes has all of them', async () => {
    const config = await client.discovery(issuer, 'x', gateway.apiKey, undefined, OPENID_CLIENT);
    const { apiKey } = await server.issue();
    const active = await client.tokenIntrospection(config, apiKey, { scope: 'orders:read a' });
    expect(active).toMatchObject({ active: true, scope: 'orders:read a' });
  });

  it('revokes without a secret', async () => {
    const config = await client.discovery(issuer, 'x', undefined, undefined, OPENID_CLIENT);
    const token = await server.issue();
    await client.tokenRevocation(config, token.apiKey);
    expect(await statusOf(token)).toBe('revoked');
  });

  it.each([
    ['client_secret_post', client.ClientSecretPost],
    ['client_secret_basic', client.ClientSecretBasic],
  ])('reads the challenges of a 401: %s', async (_name, method) => {
    const { unknown } = await server.refusedKeys();
    const config = await client.discovery(issuer, 'x', undefined, method(unknown), OPENID_CLIENT);
    const refused = client.tokenIntrospection(config, gateway.apiKey);
    await expect(refused).rejects.toMatchObject({
      code: 'OAUTH_WWW_AUTHENTICATE_CHALLENGE',
      status: 401,
      cause: [{ scheme: 'basic', parameters: { realm: 'Keystamp' } }, { scheme: 'bearer' }],
    });
  });

  it('reads invalid_request of a request that it should not send', async () => {
    const config = await client.discovery(
      issuer,
      'gateway',
      gateway.apiKey,
      (...args) => {
        client.ClientSecretPost(gateway.apiKey)(...args);
        client.ClientSecretBasic(gateway.apiKey)(...args);
      },
      OPENID_CLIENT,
    );
    const refused = client.tokenIntrospection(config, gateway.apiKey);
    await expect(refused).rejects.toMatchObject({
      code: 'OAUTH_RESPONSE_BODY_ERROR',
      status: 400,
      error: 'invalid_request',
      error_description: expect.stringContaining('one method'),
    });
  });
});

describe('oauth4webapi', () => {
  async function discover(algorithm?: 'oauth2') {
    const response = await oauth.discoveryRequest(issuer, {
      ...OAUTH4WEBAPI,
      ...(algorithm && { algorithm }),
    });
    return oauth.processDiscoveryResponse(issuer, response);
  }

  it.each([
    ['its default', undefined],
    ['RFC 8414', 'oauth2'],
  ] as const)('discovers what is there: %s', async (_name, algorithm) => {
    expect(await discover(algorithm)).toMatchObject({
      issuer: issuer.origin,
      introspection_endpoint_auth_methods_supported: [
        'client_secret_basic',
        'client_secret_post',
        'Bearer',
      ],
      revocation_endpoint_auth_methods_supported: [
        'none',
        'client_secret_basic',
        'client_secret_post',
      ],
    });
  });

  it.each([
    ['client_secret_post', oauth.ClientSecretPost],
    ['client_secret_basic', oauth.ClientSecretBasic],
  ])('introspects and revokes: %s', async (_name, method) => {
    const as = await discover('oauth2');
    const me = { client_id: 'gateway' };
    const by = method(gateway.apiKey);
    const token = await server.issue({ scopes: ['orders:read'] });
    const introspect = async () => {
      const sent = await oauth.introspectionRequest(as, me, by, token.apiKey, OAUTH4WEBAPI);
      return oauth.processIntrospectionResponse(as, me, sent);
    };
    expect(await introspect()).toMatchObject({ active: true, client_id: token.key.id });
    const revoked = await oauth.revocationRequest(as, me, by, token.apiKey, OAUTH4WEBAPI);
    expect(await oauth.processRevocationResponse(revoked)).toBeUndefined();
    expect(await introspect()).toEqual({ active: false });
  });

  it('revokes as a public client', async () => {
    const as = await discover('oauth2');
    const token = await server.issue();
    const me = { client_id: 'x' };
    const sent = await oauth.revocationRequest(as, me, oauth.None(), token.apiKey, OAUTH4WEBAPI);
    await oauth.processRevocationResponse(sent);
    expect(await statusOf(token)).toBe('revoked');
  });

  it('reads invalid_client of a revocation with a wrong secret', async () => {
    const as = await discover('oauth2');
    const me = { client_id: 'x' };
    const by = oauth.ClientSecretPost('ks_garbage');
    const sent = await oauth.revocationRequest(as, me, by, gateway.apiKey, OAUTH4WEBAPI);
    expect(await sent.clone().json()).toMatchObject({ error: 'invalid_client' });
    await expect(oauth.processRevocationResponse(sent)).rejects.toMatchObject({
      code: 'OAUTH_WWW_AUTHENTICATE_CHALLENGE',
      cause: [{ scheme: 'basic' }, { scheme: 'bearer' }],
    });
    expect(await statusOf(gateway)).toBe('active');
  });
});
