import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeyServer, type KeyServer } from '../support/key-server.js';

let server: KeyServer;
beforeAll(async () => {
  server = await createKeyServer({
    env: {
      KEYSTAMP_TRUST_PROXY: '127.0.0.1',
      KEYSTAMP_PUBLIC_URL: 'http://localhost:4747/keys/',
      KEYSTAMP_CARRIERS: 'x-api-key,bearer,basic',
    },
  });
});
afterAll(() => server.close());

const FROM_CLIENT = { 'x-forwarded-for': '198.51.100.9' };

async function issueDisabled() {
  const issued = await server.issue();
  await server.keystamp.disableApiKey(issued.key.id);
  return issued;
}

async function refusalsOf(keyId: string) {
  await server.keystamp.flush();
  const { events } = await server.keystamp.listEvents({ keyId, kind: 'refused' });
  return events.map(({ refusal }) => refusal);
}

/** What the history says after a disabled key was sent. */
async function refusalAt(request: Parameters<KeyServer['ask']>[0]) {
  const { apiKey, key } = await issueDisabled();
  const headers = { ...FROM_CLIENT, ...request.headers };
  const { statusCode } = await server.ask({ ...request, headers, key: apiKey });
  expect(statusCode).toBe(401);
  return (await refusalsOf(key.id))[0];
}

describe('K9 the history says where a refused key was presented', () => {
  it('at a route of Keystamp: its pattern', async () => {
    const url = '/api/api-keys/00000000-0000-4000-8000-000000000000?a=b';
    expect(await refusalAt({ url })).toEqual({
      reason: 'disabled',
      route: 'GET /api/api-keys/:id',
      network: '198.51.100.0/24',
    });
  });

  it('at /verify: the method and the path that the proxy says, without the query', async () => {
    const headers = { 'x-forwarded-method': 'DELETE', 'x-forwarded-uri': '/orders/7?token=secret' };
    expect(await refusalAt({ url: '/verify?scope=a', headers })).toEqual({
      reason: 'disabled',
      route: 'DELETE /orders/7',
      network: '198.51.100.0/24',
    });
    const uri = { 'x-forwarded-uri': '/orders' };
    const put = await refusalAt({ method: 'PUT', url: '/verify', headers: uri });
    expect(put).toMatchObject({ route: 'PUT /orders' });
    expect(await refusalAt({ url: '/verify' })).toMatchObject({ route: 'GET /verify' });
  });

  it('at /verify: a method that there is not is not believed', async () => {
    const headers = { 'x-forwarded-method': 'made up', 'x-forwarded-uri': '/orders' };
    expect(await refusalAt({ url: '/verify', headers })).toMatchObject({ route: 'GET /orders' });
  });

  it.each(['', '/keys'])('at %s/ext-authz: the method and path behind it', async (below) => {
    const url = `${below}/ext-authz/a,b/orders/7?page=2`;
    const refusal = await refusalAt({ method: 'POST', url });
    expect(refusal).toMatchObject({ route: 'POST /orders/7' });
    const alone = await refusalAt({ url: `${below}/ext-authz/-` });
    expect(alone).toMatchObject({ route: 'GET /ext-authz/:scopes' });
  });

  it('in the form of an introspection: its route, and the network of its caller', async () => {
    const caller = await server.keystamp.createApiKey({
      userId: server.ada.id,
      name: 'A resource server',
      scopes: ['introspect'],
    });
    const { apiKey, key } = await issueDisabled();
    const answer = await server.ask({
      method: 'POST',
      url: '/oauth2/introspect',
      key: caller.apiKey,
      headers: { ...FROM_CLIENT, 'content-type': 'application/x-www-form-urlencoded' },
      payload: `token=${apiKey}`,
    });
    expect([answer.statusCode, answer.json()]).toEqual([200, { active: false }]);
    const refusal = { route: 'POST /oauth2/introspect', network: '198.51.100.0/24' };
    expect(await refusalsOf(key.id)).toEqual([{ reason: 'disabled', ...refusal }]);
  });

  it('never the address that a client makes up', async () => {
    const { apiKey, key } = await issueDisabled();
    await server.app.inject({
      url: '/verify',
      remoteAddress: '203.0.113.5',
      headers: { ...FROM_CLIENT, 'x-api-key': apiKey },
    });
    expect(await refusalsOf(key.id)).toMatchObject([{ network: '203.0.113.0/24' }]);
  });
});

it('a key that is revoked by itself leaves nothing: that was no use', async () => {
  const { apiKey, key } = await issueDisabled();
  const { statusCode } = await server.ask({
    method: 'POST',
    url: '/oauth2/revoke',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: `token=${apiKey}`,
  });
  expect(statusCode).toBe(200);
  expect(await refusalsOf(key.id)).toEqual([]);
});

it('K1: the log has a line with id, prefix and network, and nothing of the key', async () => {
  const { apiKey, key } = await issueDisabled();
  await server.ask({ url: '/verify', key: apiKey, headers: FROM_CLIENT });
  await server.keystamp.flush();
  const lines = server.logged.filter((line) => line.includes(key.id));
  const presented = lines.map((line) => JSON.parse(line)).filter(({ msg }) => /refused/.test(msg));
  expect(presented).toMatchObject([
    {
      level: 'info',
      msg: 'A refused key was presented.',
      key: key.id,
      keyPrefix: key.keyPrefix,
      reason: 'disabled',
      route: 'GET /verify',
      network: '198.51.100.0/24',
    },
  ]);
  expect(server.logged.join('')).not.toContain(apiKey.slice(10, 30));
});
