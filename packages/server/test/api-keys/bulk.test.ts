import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeyServer, type KeyServer, NOWHERE } from '../support/key-server.js';

let server: KeyServer;

beforeAll(async () => {
  server = await createKeyServer();
});
afterAll(() => server.close());

describe.each([
  ['bulk-revoke', 'revoked'],
  ['bulk-disable', 'disabled'],
] as const)('POST /api/api-keys/%s', (way, done) => {
  const stopMany = (keys: unknown, who: object = { cookie: server.bob.cookie }) =>
    server.ask({
      method: 'POST',
      url: `/api/api-keys/${way}`,
      payload: { keys } as object,
      ...who,
    });
  const stop = (id: string) =>
    done === 'revoked' ? server.keystamp.revokeApiKey(id) : server.keystamp.disableApiKey(id);

  it('200 tells the outcome of each key, in the order given', async () => {
    const fresh = await server.issue();
    const already = await server.issue();
    await stop(already.key.id);
    const revoked = await server.issue();
    await server.keystamp.revokeApiKey(revoked.key.id);
    const used = await server.issue();
    await server.ask({ url: '/verify', key: used.apiKey });
    const usedAt = await server.lastUse(used.key.id);
    const seen = await server.issue();
    await server.ask({ url: '/verify', key: seen.apiKey });
    const seenAt = await server.lastUse(seen.key.id);
    const foreign = await server.issue({ userId: server.ada.id });

    const answer = await stopMany([
      { id: used.key.id, last_used_at: null },
      { id: fresh.key.id, last_used_at: null },
      { id: foreign.key.id, last_used_at: null },
      { id: NOWHERE, last_used_at: null },
      { id: already.key.id, last_used_at: null },
      { id: revoked.key.id, last_used_at: null },
      { id: seen.key.id, last_used_at: seenAt?.toISOString() },
    ]);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({
      results: [
        { id: used.key.id, outcome: 'used_meanwhile' },
        { id: fresh.key.id, outcome: done },
        { id: foreign.key.id, outcome: 'not_found' },
        { id: NOWHERE, outcome: 'not_found' },
        { id: already.key.id, outcome: 'already' },
        { id: revoked.key.id, outcome: 'already' },
        { id: seen.key.id, outcome: done },
      ],
    });
    expect((await server.keystamp.getApiKey(foreign.key.id))?.status).toBe('active');
    const left = await server.keystamp.getApiKey(used.key.id);
    expect([left?.status, left?.lastUsedAt]).toEqual(['active', usedAt]);
  });

  it("200 reaches everybody's keys for an administrator, and by key", async () => {
    const bobs = await server.issue();
    const mine = await server.issue({ userId: server.ada.id, scopes: ['keystamp:write'] });
    const answer = await stopMany([{ id: bobs.key.id, last_used_at: null }], {
      key: mine.apiKey,
    });
    expect(answer.json().results[0].outcome).toBe(done);
  });

  it('200 takes 1,000 keys and writes a line to the log for each that ended', async () => {
    const { key } = await server.issue();
    const keys = Array.from({ length: 999 }, (_, i) => ({
      id: `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`,
      last_used_at: '2026-11-23T12:00:00.000Z',
    }));
    const answer = await stopMany([...keys, { id: key.id, last_used_at: null }]);
    expect(answer.statusCode).toBe(200);
    expect(answer.json().results[999]).toEqual({ id: key.id, outcome: done });
    const lines = server.logged.filter(
      (line) => line.includes(key.id) && line.includes(`API key ${done}`),
    );
    expect(lines).toHaveLength(1);
  });

  describe('400', () => {
    const good = { id: NOWHERE, last_used_at: null };
    it.each([
      ['no list', undefined, 'keys'],
      ['null', null, 'keys'],
      ['an object', {}, 'keys'],
      ['an empty list', [], 'keys'],
      ['1,001 keys', Array(1001).fill(good), 'keys'],
      ['ids alone', [NOWHERE], 'keys[0]'],
      ['no id', [{ last_used_at: null }], 'keys[0].id'],
      ['an id that is no UUID', [good, { ...good, id: '7' }], 'keys[1].id'],
      ['an id that is a number', [{ ...good, id: 7 }], 'keys[0].id'],
      ['no last use', [{ id: NOWHERE }], 'keys[0].last_used_at'],
      ['a last use that is no time', [{ ...good, last_used_at: 'today' }], 'keys[0].last_used_at'],
      [
        'a leap second',
        [{ ...good, last_used_at: '2016-12-31T23:59:60Z' }],
        'keys[0].last_used_at',
      ],
      ['a last use that is a number', [{ ...good, last_used_at: 0 }], 'keys[0].last_used_at'],
      ['an unknown field', [{ ...good, name: 'x' }], 'keys[0].name'],
    ])('%s', async (_name, keys, field) => {
      const answer = await stopMany(keys);
      expect(answer.statusCode).toBe(400);
      expect(answer.json().errors[0]).toEqual({
        field,
        message: expect.stringContaining('expected'),
      });
    });

    it('stops none where one is wrong', async () => {
      const { key } = await server.issue();
      const before = await server.rows();
      const answer = await stopMany([
        { id: key.id, last_used_at: null },
        { id: 'x', last_used_at: null },
      ]);
      expect(answer.statusCode).toBe(400);
      expect(await server.rows()).toEqual(before);
    });
  });
});
