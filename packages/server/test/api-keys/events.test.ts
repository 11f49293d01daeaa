import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ListedEvents } from '../../src/contract/events.js';
import { createKeyServer, type KeyServer, NOWHERE } from '../support/key-server.js';

let server: KeyServer;
/** Keys of Bob, who renamed the first and disabled the second, and one of Ada's. */
let ids: { first: string; second: string; adas: string };

beforeAll(async () => {
  server = await createKeyServer();
  const first = await server.issue({ name: 'First' });
  const second = await server.issue({ name: 'Second' });
  const adas = await server.issue({ userId: server.ada.id, name: "Ada's" });
  ids = { first: first.key.id, second: second.key.id, adas: adas.key.id };
  const { cookie } = server.bob;
  const url = `/api/api-keys/${ids.first}`;
  await server.ask({ method: 'PATCH', url, payload: { name: 'Renamed' }, cookie });
  await server.ask({ method: 'POST', url: `/api/api-keys/${ids.second}/disable`, cookie });
});
afterAll(() => server.close());

const byAda = () => ({ cookie: server.ada.cookie });
const byBob = () => ({ cookie: server.bob.cookie });

async function list(query: string, who: { cookie?: string; key?: string }): Promise<ListedEvents> {
  const answer = await server.ask({ url: `/api/events?${query}`, ...who });
  expect([answer.statusCode, answer.body]).toEqual([200, answer.body]);
  return answer.json();
}

/** Kind and key of each event. */
const seen = ({ events }: ListedEvents) => events.map(({ kind, key_id }) => [kind, key_id]);

describe('GET /api/events', () => {
  it('200 tells all of an event, newest first; null is null', async () => {
    const { events, next_cursor, as_of } = await list(`key_id=${ids.first}`, byBob());
    expect([events.length, next_cursor]).toEqual([2, null]);
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(as_of).toEqual(time);
    expect(events[0]).toEqual({
      id: expect.stringMatching(/^[1-9]\d*$/),
      key_id: ids.first,
      key_name: 'Renamed',
      key_prefix: expect.stringMatching(/^ks_.{6}$/),
      user_id: server.bob.id,
      at: time,
      kind: 'updated',
      actor: { kind: 'session', user_id: server.bob.id, key_id: null, name: null },
      from_address: '127.0.0.1',
      changed: { name: { from: 'First', to: 'Renamed' } },
      refusal: null,
    });
    expect(events[1]).toMatchObject({ kind: 'created', key_name: 'First', changed: null });
    const answer = await server.ask({ url: '/api/events', ...byBob() });
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it('200 for administrators has the events of all keys, for others those of their own', async () => {
    const all = seen(await list('', byAda()));
    expect(all).toContainEqual(['created', ids.adas]);
    expect(all).toContainEqual(['disabled', ids.second]);
    const reader = await server.issue({ scopes: ['keystamp:read'] });
    for (const who of [byBob(), { key: reader.apiKey }]) {
      const own = await list('', who);
      expect(new Set(own.events.map(({ user_id }) => user_id))).toEqual(new Set([server.bob.id]));
      expect(seen(own)).toContainEqual(['updated', ids.first]);
      expect(seen(await list(`key_id=${ids.adas}`, who))).toEqual([]);
      expect(seen(await list(`actor=${server.ada.id}`, who))).toEqual([]);
    }
    await server.keystamp.deleteApiKey(reader.key.id);
  });

  it('200 shows the events of a key that is gone, and of one that moved here those since', async () => {
    const { key } = await server.issue({ userId: 'their-1' });
    await server.keystamp.updateApiKey(key.id, { userId: server.bob.id });
    await server.keystamp.deleteApiKey(key.id);
    expect(seen(await list(`key_id=${key.id}`, byBob()))).toEqual([
      ['deleted', key.id],
      ['moved', key.id],
    ]);
    const all = await list(`key_id=${key.id}`, byAda());
    expect(all.events.map(({ user_id }) => user_id)).toEqual([
      server.bob.id,
      server.bob.id,
      'their-1',
    ]);
  });

  it('200 filters by each of what is asked, and by all together', async () => {
    expect(seen(await list(`key_id=${ids.second}`, byAda()))).toEqual([
      ['disabled', ids.second],
      ['created', ids.second],
    ]);
    const adas = await list(`user_id=${server.ada.id}`, byAda());
    expect(seen(adas)).toEqual([['created', ids.adas]]);
    expect(seen(await list('kind=updated', byAda()))).toEqual([['updated', ids.first]]);
    expect(seen(await list('actor=session', byAda()))).toEqual([
      ['disabled', ids.second],
      ['updated', ids.first],
    ]);
    expect(seen(await list(`actor=${server.bob.id}`, byAda()))).toHaveLength(2);
    const all = `key_id=${ids.first}&user_id=${server.bob.id}&actor=session`;
    expect(seen(await list(`${all}&kind=updated`, byAda()))).toEqual([['updated', ids.first]]);
    expect(seen(await list(`${all}&kind=created`, byAda()))).toEqual([]);
    expect(seen(await list(`key_id=${NOWHERE}`, byAda()))).toEqual([]);
  });

  it('200 has the newest event of each of several keys, of those that are shown to the caller', async () => {
    const newest = `newest_of=${ids.first},${ids.adas},${ids.second},${NOWHERE}`;
    expect(seen(await list(newest, byAda()))).toEqual([
      ['disabled', ids.second],
      ['updated', ids.first],
      ['created', ids.adas],
    ]);
    expect(seen(await list(`${newest}&kind=created`, byBob()))).toEqual([
      ['created', ids.second],
      ['created', ids.first],
    ]);
  });

  it('200 bounds by time: from since on, before until', async () => {
    const apart = `update keystamp.key_events set at = at - interval '1 day' where kind = 'created' and key_id = $1`;
    await server.ground.database.query(apart, [ids.first]);
    const key = `key_id=${ids.first}`;
    const [renamed, created] = (await list(key, byBob())).events.map(({ at }) => at);
    expect(seen(await list(`${key}&since=${renamed}`, byBob()))).toEqual([['updated', ids.first]]);
    expect(seen(await list(`${key}&until=${renamed}`, byBob()))).toEqual([['created', ids.first]]);
    const exactly = `${key}&since=${created}&until=${created}`;
    expect(seen(await list(exactly, byBob()))).toEqual([]);
  });

  it('200 pages by cursor: each event once, also while more come', async () => {
    const paged = await server.issue({ name: 'Paged' });
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) {
      await server.keystamp.updateApiKey(paged.key.id, { name });
    }
    const names: (string | null)[] = [];
    let query = `key_id=${paged.key.id}&limit=3`;
    for (let page: ListedEvents | null = null; ; ) {
      page = await list(query, byBob());
      names.push(...page.events.map(({ key_name }) => key_name));
      if (page.next_cursor === null) break;
      await server.keystamp.updateApiKey(paged.key.id, { name: 'later' });
      query = `key_id=${paged.key.id}&limit=3&cursor=${page.next_cursor}`;
    }
    expect(names).toEqual(['f', 'e', 'd', 'c', 'b', 'a', 'Paged']);
  });

  it.each([
    ['key_id=7', 'key_id'],
    ['user_id=', 'user_id'],
    [`user_id=${'u'.repeat(256)}`, 'user_id'],
    ['kind=used', 'kind'],
    ['kind=', 'kind'],
    ['actor=', 'actor'],
    ['since=yesterday', 'since'],
    ['since=2016-12-31T23:59:60Z', 'since'],
    ['until=2026-11-23', 'until'],
    ['limit=0', 'limit'],
    ['limit=1001', 'limit'],
    ['limit=x', 'limit'],
    ['cursor=0', 'cursor'],
    ['cursor=x', 'cursor'],
    [`cursor=${'9'.repeat(19)}`, 'cursor'],
    ['newest_of=7', 'newest_of'],
    [`newest_of=${NOWHERE},`, 'newest_of'],
    [`newest_of=${Array(101).fill(NOWHERE).join()}`, 'newest_of'],
    [`newest_of=${NOWHERE}&key_id=${NOWHERE}`, 'newest_of'],
    ['sort=at', 'sort'],
    ['kind=created&kind=updated', 'kind'],
  ])('400 for %s', async (query, field) => {
    const answer = await server.ask({ url: `/api/events?${query}`, ...byAda() });
    expect([answer.statusCode, answer.json().errors]).toEqual([
      400,
      [{ field, message: expect.stringContaining('expected') }],
    ]);
  });

  it('400 for a key in the query, which no line of the log holds', async () => {
    const { apiKey } = await server.issue();
    for (const name of ['actor', 'user_id', 'cursor']) {
      const answer = await server.ask({ url: `/api/events?${name}=${apiKey}`, ...byAda() });
      expect(answer.statusCode).toBe(400);
      expect(answer.body).not.toContain(apiKey);
    }
    expect(server.logged.join('')).not.toContain(apiKey.slice(10));
  });

  it("403 for another user's events, and for a key without the scope to read", async () => {
    const others = `/api/events?user_id=${server.ada.id}`;
    expect((await server.ask({ url: others, ...byBob() })).statusCode).toBe(403);
    const own = `/api/events?user_id=${server.bob.id}`;
    expect((await server.ask({ url: own, ...byBob() })).statusCode).toBe(200);
    const writer = await server.issue({ scopes: ['keystamp:write'] });
    const answer = await server.ask({ url: '/api/events', key: writer.apiKey });
    expect([answer.statusCode, answer.headers['www-authenticate']]).toEqual([
      403,
      expect.stringContaining('insufficient_scope'),
    ]);
  });

  it('200 has the address of a change by somebody else for administrators alone', async () => {
    const { key } = await server.issue();
    const url = `/api/api-keys/${key.id}`;
    await server.ask({ method: 'PATCH', url, payload: { note: 'Mine' }, ...byBob() });
    await server.ask({ method: 'PATCH', url, payload: { note: 'Checked' }, ...byAda() });
    const addresses = async (who: { cookie: string }) =>
      (await list(`key_id=${key.id}&kind=updated`, who)).events.map((event) => [
        event.actor.user_id,
        event.from_address,
      ]);
    expect(await addresses(byBob())).toEqual([
      [server.ada.id, null],
      [server.bob.id, '127.0.0.1'],
    ]);
    expect(await addresses(byAda())).toEqual([
      [server.ada.id, '127.0.0.1'],
      [server.bob.id, '127.0.0.1'],
    ]);
  });

  it('no use of a key is in it', async () => {
    const { key, apiKey } = await server.issue();
    for (let i = 0; i < 3; i++) {
      await server.ask({ url: '/verify', key: apiKey });
      expect(await server.lastUse(key.id)).not.toBeNull();
    }
    expect(seen(await list(`key_id=${key.id}`, byBob()))).toEqual([['created', key.id]]);
  });
});
