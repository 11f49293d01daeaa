import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeyServer, type KeyServer } from '../support/key-server.js';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const FROM = '192.0.2.7';

let server: KeyServer;

beforeAll(async () => {
  server = await createKeyServer({ env: { KEYSTAMP_TRUST_PROXY: '10.0.0.0/8' } });
});
afterAll(() => server.close());

async function newestEvent(keyId: string) {
  const url = `/api/events?key_id=${keyId}&limit=1`;
  return (await server.ask({ url, cookie: server.ada.cookie })).json().events[0];
}

type Change = (id: string) => {
  method: 'POST' | 'PATCH' | 'DELETE';
  url: string;
  payload?: object;
};
const to = (method: 'POST' | 'PATCH' | 'DELETE', way: string, payload?: object): Change => {
  return (id) => ({
    method,
    url: `/api/api-keys/${id}${way}`,
    ...(payload === undefined ? {} : { payload }),
  });
};
const many = (way: string): Change => {
  return (id) => ({
    method: 'POST',
    url: `/api/api-keys/${way}`,
    payload: { keys: [{ id, last_used_at: null }] },
  });
};

/** What a key may do too. */
const BY_BOTH: [kind: string, change: Change][] = [
  ['updated', to('PATCH', '', { name: 'Renamed' })],
  ['updated', to('PATCH', '', { note: 'Noted', metadata: { team: 'billing' } })],
  ['disabled', to('POST', '/disable')],
  ['disabled', many('bulk-disable')],
  ['revoked', to('POST', '/revoke')],
  ['revoked', many('bulk-revoke')],
  ['deleted', to('DELETE', '')],
];
const BY_SESSION: typeof BY_BOTH = [
  ...BY_BOTH,
  ['updated', to('PATCH', '', { scopes: ['b'], expires_at: '2031-01-01T00:00:00Z' })],
  ['moved', to('PATCH', '', { user_id: 'their-42' })],
  ['rotated', to('POST', '/rotate')],
];

describe('K7 the history says who made a change over HTTP, and from where', () => {
  it.each(BY_SESSION)('%s by a session', async (kind, change) => {
    const { key } = await server.issue({ scopes: ['a'] });
    const { cookie } = server.ada;
    const answer = await server.ask({ ...change(key.id), cookie, remoteAddress: FROM });
    expect(answer.statusCode).toBeLessThan(300);
    expect(await newestEvent(key.id)).toMatchObject({
      kind,
      key_id: key.id,
      actor: { kind: 'session', user_id: server.ada.id, key_id: null, name: null },
      from_address: FROM,
    });
  });

  it.each(BY_BOTH)('%s by a key', async (kind, change) => {
    const { key } = await server.issue({ scopes: ['a'] });
    const writer = await server.issue({ scopes: ['keystamp:write'] });
    const request = { ...change(key.id), key: writer.apiKey, remoteAddress: FROM };
    expect((await server.ask(request)).statusCode).toBeLessThan(300);
    expect(await newestEvent(key.id)).toMatchObject({
      kind,
      key_id: key.id,
      actor: { kind: 'key', user_id: server.bob.id, key_id: writer.key.id, name: null },
      from_address: FROM,
    });
  });

  it('enabled, created, and of a successor', async () => {
    const { cookie } = server.bob;
    const by = { cookie, remoteAddress: FROM };
    const who = { kind: 'session', user_id: server.bob.id, key_id: null };
    const payload = { name: 'Of the history' };
    const made = await server.ask({ method: 'POST', url: '/api/api-keys', payload, ...by });
    const { id } = made.json().info;
    expect(await newestEvent(id)).toMatchObject({ kind: 'created', actor: who });
    await server.keystamp.disableApiKey(id);
    expect(await newestEvent(id)).toMatchObject({ kind: 'disabled', actor: { kind: 'library' } });
    await server.ask({ ...to('POST', '/enable')(id), ...by });
    expect(await newestEvent(id)).toMatchObject({ kind: 'enabled', actor: who });
    const rotated = await server.ask({ ...to('POST', '/rotate')(id), ...by });
    expect(await newestEvent(rotated.json().info.id)).toMatchObject({
      kind: 'created',
      actor: who,
      from_address: FROM,
      changed: { predecessor_id: { from: null, to: id } },
    });
  });

  it('a request that changes nothing leaves no event', async () => {
    const { key } = await server.issue();
    const { cookie } = server.bob;
    for (const [, change] of BY_SESSION.filter(([kind]) => kind !== 'deleted')) {
      await server.ask({ ...change(key.id), cookie: server.ada.cookie });
    }
    await server.ask({ ...to('POST', '/revoke')(key.id), cookie });
    const count = async () => (await server.keystamp.listEvents({ keyId: key.id })).events.length;
    const before = await count();
    for (const way of ['/revoke', '/disable', '/enable', '/rotate']) {
      await server.ask({ ...to('POST', way)(key.id), cookie: server.ada.cookie });
    }
    for (const way of ['bulk-revoke', 'bulk-disable']) {
      await server.ask({ ...many(way)(key.id), cookie: server.ada.cookie });
    }
    expect(await count()).toBe(before);
  });

  it('revoked by the key itself, or by the key of the client that shows it (RFC 7009)', async () => {
    const revoke = (apiKey: string, headers: Record<string, string> = {}) =>
      server.app.inject({
        method: 'POST',
        url: '/oauth2/revoke',
        payload: `token=${apiKey}`,
        headers: { ...FORM, ...headers },
        remoteAddress: FROM,
      });
    const found = await server.issue();
    await revoke(found.apiKey);
    expect(await newestEvent(found.key.id)).toMatchObject({
      kind: 'revoked',
      actor: { kind: 'key', user_id: server.bob.id, key_id: found.key.id },
      from_address: FROM,
    });
    const shown = await server.issue();
    const client = await server.issue({ userId: server.ada.id });
    await revoke(shown.apiKey, { authorization: `Bearer ${client.apiKey}` });
    expect((await newestEvent(shown.key.id)).actor).toMatchObject({
      kind: 'key',
      user_id: server.ada.id,
      key_id: client.key.id,
    });
  });
});

describe('the address in the history', () => {
  it.each([
    ['the one that a trusted proxy passes on', '203.0.113.9', '203.0.113.9'],
    ['without its port', '203.0.113.9:4711', '203.0.113.9'],
    ['of IPv6', '[2001:db8::7]:4711', '2001:db8::7'],
    ['of IPv4 in the form of IPv6', '::ffff:203.0.113.9', '203.0.113.9'],
    ["the proxy's own where it passes on none", 'unknown', '10.0.0.1'],
    ['the same for a text that is none', `x${'y'.repeat(300)}`, '10.0.0.1'],
  ])('is %s', async (_what, forwarded, expected) => {
    const { key } = await server.issue();
    const answer = await server.ask({
      ...to('POST', '/disable')(key.id),
      cookie: server.bob.cookie,
      remoteAddress: '10.0.0.1',
      headers: { 'x-forwarded-for': forwarded },
    });
    expect(answer.statusCode).toBe(200);
    expect((await newestEvent(key.id)).from_address).toBe(expected);
  });
});
