import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeyServer, type KeyServer } from '../support/key-server.js';

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

let server: KeyServer;

beforeAll(async () => {
  server = await createKeyServer();
});
afterAll(() => server.close());

async function list(query = '', cookie = server.ada.cookie) {
  const answer = await server.ask({ url: `/api/api-keys${query}`, cookie });
  return { ...answer.json(), status: answer.statusCode };
}

async function namesOf(query: string): Promise<string[]> {
  const { api_keys } = await list(query);
  return api_keys.map(({ name }: { name: string }) => name);
}

describe('GET /api/api-keys', () => {
  describe('403', () => {
    it('for all keys, to a user whose id is all', async () => {
      const named = await server.issue({ userId: 'all' });
      const everybody = await server.ask({ url: '/api/api-keys?user=all', key: named.apiKey });
      expect(everybody.statusCode).toBe(403);
      const own = await server.ask({ url: '/api/api-keys', key: named.apiKey });
      const ids = own.json().api_keys.map(({ id }: { id: string }) => id);
      expect(ids).toEqual([named.key.id]);
      await server.keystamp.deleteApiKey(named.key.id);
    });
  });

  describe('200', () => {
    it('tells all of a key but the key and its hash; null is null', async () => {
      const described = { note: 'For the report', metadata: { team: 'billing' } };
      const issued = await server.issue({ name: 'Fresh', scopes: ['a:b'], ...described });
      const { key, apiKey } = issued;
      const answer = await server.ask({ url: '/api/api-keys', cookie: server.bob.cookie });
      const { api_keys, next_cursor, tracking_since, count } = answer.json();
      expect(api_keys).toContainEqual({
        id: key.id,
        user_id: server.bob.id,
        user_email: 'bob@example.com',
        name: 'Fresh',
        note: 'For the report',
        metadata: { team: 'billing' },
        key_prefix: apiKey.slice(0, 9),
        scopes: ['a:b'],
        status: 'active',
        is_active: true,
        created_at: expect.stringMatching(TIME),
        expires_at: null,
        disabled_at: null,
        revoked_at: null,
        last_used_at: null,
        predecessor_id: null,
        successor_id: null,
      });
      expect([next_cursor, count]).toEqual([null, null]);
      expect(tracking_since).toMatch(TIME);
      expect(answer.headers['cache-control']).toBe('no-store');
      expect(answer.json().as_of).toMatch(TIME);
    });

    it('shows a use by the key as last_used_at, as it is stored', async () => {
      const { key, apiKey } = await server.issue({ name: 'Used' });
      const before = await databaseNow();
      expect((await server.ask({ url: '/verify', key: apiKey })).statusCode).toBe(204);
      const after = await databaseNow();
      const stored = await server.lastUse(key.id);
      const { api_keys } = await list('?q=Used', server.bob.cookie);
      expect(api_keys[0].last_used_at).toBe(stored?.toISOString());
      expect(stored?.getTime()).toBeGreaterThanOrEqual(before - 1000);
      expect(stored?.getTime()).toBeLessThanOrEqual(after + 1000);
    });

    it('is told of own keys alone, unless an administrator asks', async () => {
      const ada = await server.issue({ userId: server.ada.id, name: "Ada's" });
      const owners = async (query: string) => {
        const { api_keys } = await list(query);
        return new Set(api_keys.map(({ user_id }: { user_id: string }) => user_id));
      };
      expect(await owners('')).toEqual(new Set([server.ada.id]));
      expect(await owners('?user=all')).toEqual(new Set([server.ada.id, server.bob.id]));
      expect(await owners(`?user=${server.bob.id}`)).toEqual(new Set([server.bob.id]));
      expect(await owners('?user=nobody')).toEqual(new Set());
      const bobs = await list('?limit=1000', server.bob.cookie);
      expect(JSON.stringify(bobs)).not.toContain(ada.key.id);
      expect((await list(`?user=${server.bob.id}`, server.bob.cookie)).status).toBe(200);
    });

    it('is told to a key as far as its user may see', async () => {
      const byBob = await server.issue();
      const byAda = await server.issue({ userId: server.ada.id, scopes: ['keystamp:read'] });
      const own = await server.ask({ url: '/api/api-keys', key: byBob.apiKey });
      expect(new Set(own.json().api_keys.map((k: { user_id: string }) => k.user_id))).toEqual(
        new Set([server.bob.id]),
      );
      const all = await server.ask({ url: '/api/api-keys?user=all', key: byAda.apiKey });
      expect(all.statusCode).toBe(200);
      const refused = await server.ask({ url: '/api/api-keys?user=all', key: byBob.apiKey });
      expect(refused.statusCode).toBe(403);
    });

    it('counts what the common filters find among the keys that the caller may see', async () => {
      await server.issue({ userId: server.ada.id, name: 'Never expires' });
      const everybody = await list('?user=all&counts=true&limit=1');
      const bobs = await list('?counts=true&limit=1', server.bob.cookie);
      const found = async (query: string, cookie: string) =>
        (await list(`?${query}&count=true&limit=1`, cookie)).count;
      expect(everybody.counts.expires_within_never).toBe(
        await found('user=all&expires_within=never', server.ada.cookie),
      );
      expect(bobs.counts.unused_for_never).toBe(await found('unused_for=never', server.bob.cookie));
      expect(bobs.counts.expires_within_never).toBeLessThan(everybody.counts.expires_within_never);
      expect(bobs.counts.is_estimate).toBe(false);
      expect((await list()).counts).toBeNull();
      expect((await list('?counts=all')).errors[0].field).toBe('counts');
    });

    it('finds a key by its hash', async () => {
      const { key, apiKey } = await server.issue({ name: 'Leaked' });
      const hash = createHash('sha256').update(apiKey).digest('hex');
      for (const text of [hash, hash.toUpperCase()]) {
        const { api_keys } = await list(`?user=all&key_hash=${text}`);
        expect(api_keys.map(({ id }: { id: string }) => id)).toEqual([key.id]);
      }
      expect(await namesOf(`?user=all&key_hash=${'0'.repeat(64)}`)).toEqual([]);
    });

    it('sorts, filters and pages', async () => {
      const userId = 'pager';
      for (const name of ['b', 'a', 'c']) await server.issue({ userId, name });
      const revoked = await server.issue({ userId, name: 'gone' });
      await server.keystamp.revokeApiKey(revoked.key.id);
      const all = `?user=${userId}`;
      expect(await namesOf(`${all}&sort=name`)).toEqual(['a', 'b', 'c', 'gone']);
      expect(await namesOf(`${all}&sort=name&order=desc`)).toEqual(['gone', 'c', 'b', 'a']);
      expect(await namesOf(`${all}&status=revoked`)).toEqual(['gone']);
      expect(await namesOf(`${all}&q=GON`)).toEqual(['gone']);
      const first = await list(`${all}&sort=name&limit=3&count=true`);
      expect(first.count).toBe(4);
      expect(await namesOf(`${all}&sort=name&limit=3&cursor=${first.next_cursor}`)).toEqual([
        'gone',
      ]);
    });

    it('tells which keys were not used for long, or never', async () => {
      const userId = 'stale';
      const used = await server.issue({ userId, name: 'used' });
      const long = await server.issue({ userId, name: 'long ago' });
      await server.issue({ userId, name: 'never' });
      await server.ask({ url: '/verify', key: used.apiKey });
      await server.lastUse(used.key.id);
      const age = `update keystamp.api_keys set last_used_at = now() - interval '91 d' where id = $1`;
      await server.ground.database.query(age, [long.key.id]);
      expect(await namesOf(`?user=${userId}&unused_for=90d`)).toEqual(['long ago']);
      expect(await namesOf(`?user=${userId}&unused_for=92d`)).toEqual([]);
      expect(await namesOf(`?user=${userId}&unused_for=never`)).toEqual(['never']);
    });
  });

  it('filters by expiry, scope and metadata', async () => {
    const userId = 'filtered';
    const expiresAt = new Date(Date.now() + 10 * 86_400_000);
    await server.issue({ userId, name: 'soon', expiresAt, metadata: { team: 'a', plan: 'pro' } });
    await server.issue({ userId, name: 'endless', scopes: ['a'], metadata: { team: 'a' } });
    const user = `?user=${userId}`;
    expect(await namesOf(`${user}&expires_within=30d`)).toEqual(['soon']);
    expect(await namesOf(`${user}&expires_within=5d`)).toEqual([]);
    expect(await namesOf(`${user}&expires_within=never`)).toEqual(['endless']);
    expect(await namesOf(`${user}&scope=a`)).toEqual(['endless']);
    expect(await namesOf(`${user}&metadata.team=a&sort=name`)).toEqual(['endless', 'soon']);
    expect(await namesOf(`${user}&metadata.team=a&metadata.plan=pro`)).toEqual(['soon']);
    expect(await namesOf(`${user}&metadata.team=`)).toEqual([]);
  });

  describe('400', () => {
    it.each([
      ['limit', '0'],
      ['limit', '1001'],
      ['limit', '1.5'],
      ['limit', ''],
      ['limit', 'ten'],
      ['limit', '-1'],
      ['sort', 'key_hash'],
      ['sort', ''],
      ['order', 'up'],
      ['status', 'dead'],
      ['unused_for', '90'],
      ['unused_for', '0d'],
      ['unused_for', '-1d'],
      ['unused_for', 'ever'],
      ['unused_for', '36501d'],
      ['expires_within', '30'],
      ['expires_within', '36501d'],
      ['scope', 'two words'],
      ['scope', ''],
      ['metadata.team', 'x'.repeat(201)],
      ['metadata.', 'x'],
      ['key_hash', 'abc'],
      ['key_hash', 'g'.repeat(64)],
      ['count', 'yes'],
      ['cursor', ''],
      ['cursor', 'nonsense'],
      ['cursor', Buffer.from('["name","asc","x"]').toString('base64url')],
      ['cursor', 'x'.repeat(3000)],
      ['q', 'x'.repeat(201)],
      ['q', 'a\u0000b'],
      ['user', ''],
      ['user', 'u'.repeat(256)],
      ['user', 'a\u0000b'],
      ['page', '2'],
    ])('%s=%s', async (field, value) => {
      const query = new URLSearchParams({ [field]: value });
      const answer = await server.ask({ url: `/api/api-keys?${query}`, cookie: server.ada.cookie });
      expect(answer.statusCode).toBe(400);
      expect(answer.json().errors).toEqual([
        { field, message: expect.stringContaining('expected') },
      ]);
    });

    it('a parameter that comes twice', async () => {
      const answer = await list('?sort=name&sort=created_at');
      expect(answer.status).toBe(400);
      expect(answer.errors[0].field).toBe('sort');
    });

    it('a cursor of another order', async () => {
      await server.issue();
      await server.issue();
      const { next_cursor } = await list('?user=all&sort=name&limit=1');
      const answer = await list(`?user=all&sort=created_at&cursor=${next_cursor}`);
      expect(answer.status).toBe(400);
      expect(answer.errors[0].field).toBe('cursor');
    });
  });

  it.each(['all', 'nobody'])(
    '403 for user=%s by somebody else than an administrator',
    async (user) => {
      expect((await list(`?user=${user}`, server.bob.cookie)).status).toBe(403);
    },
  );
});

async function databaseNow(): Promise<number> {
  const text = 'select clock_timestamp() as now';
  const { rows } = await server.ground.database.query<{ now: Date }>(text);
  return rows[0]?.now.getTime() as number;
}
