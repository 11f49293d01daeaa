import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ActorInput, KeyEvent } from '../../src/index.js';
import { createTestKeystamp, type TestKeystamp } from '../support/keystamp.js';

let test: TestKeystamp;
beforeAll(async () => {
  test = await createTestKeystamp();
});
afterAll(() => test.close());

const historyOf = async (keyId: string): Promise<KeyEvent[]> =>
  (await test.keystamp.listEvents({ keyId })).events;
const kindsOf = async (keyId: string) => (await historyOf(keyId)).map(({ kind }) => kind);

describe('K7 each change by the library is in the history', () => {
  const actor: ActorInput = {
    kind: 'session',
    userId: 'ada',
    name: 'the console',
    fromAddress: '192.0.2.7',
  };
  const by = { actor };

  it.each([
    ['updated', (id: string) => test.keystamp.updateApiKey(id, { name: 'Another' }, by)],
    ['moved', (id: string) => test.keystamp.updateApiKey(id, { userId: 'bea' }, by)],
    ['disabled', (id: string) => test.keystamp.disableApiKey(id, by)],
    ['revoked', (id: string) => test.keystamp.revokeApiKey(id, by)],
    ['rotated', (id: string) => test.keystamp.rotateApiKey(id, {}, by)],
    ['deleted', (id: string) => test.keystamp.deleteApiKey(id, by)],
    ['disabled', (id: string) => test.keystamp.disableApiKeys([{ id, lastUsedAt: null }], by)],
    ['revoked', (id: string) => test.keystamp.revokeApiKeys([{ id, lastUsedAt: null }], by)],
  ] as const)('%s, with who made it and from where', async (kind, change) => {
    const { key } = await test.issue();
    await change(key.id);
    const [last, first, ...more] = await historyOf(key.id);
    expect(more).toEqual([]);
    expect(first).toMatchObject({ kind: 'created', actor: { kind: 'library', userId: null } });
    expect(last).toMatchObject({
      kind,
      keyId: key.id,
      keyPrefix: key.keyPrefix,
      userId: kind === 'moved' ? 'bea' : 'ada',
      actor: { kind: 'session', userId: 'ada', keyId: null, name: 'the console' },
      fromAddress: '192.0.2.7',
      refusal: null,
    });
  });

  it('names what changed, before and after, with times as everywhere', async () => {
    const { key } = await test.issue({ scopes: ['a'], note: 'Old' });
    const expiresAt = new Date(Date.now() + 86_400_000);
    await test.keystamp.updateApiKey(key.id, {
      name: 'New name',
      scopes: ['a', 'b'],
      note: null,
      metadata: { team: 'x' },
      expiresAt,
    });
    const [last] = await historyOf(key.id);
    expect(last?.changed).toEqual({
      name: { from: 'A key', to: 'New name' },
      scopes: { from: ['a'], to: ['a', 'b'] },
      note: { from: 'Old', to: null },
      metadata: { from: {}, to: { team: 'x' } },
      expires_at: { from: null, to: expiresAt.toISOString() },
    });
  });

  it('holds nothing of a change that changed nothing, or that failed', async () => {
    const { key } = await test.issue();
    await test.keystamp.updateApiKey(key.id, { name: 'A key' });
    await test.keystamp.revokeApiKey(key.id, { userId: 'eve' });
    await expect(test.keystamp.updateApiKey(key.id, { name: '' })).rejects.toThrow('name');
    expect(await kindsOf(key.id)).toEqual(['created']);
  });

  it('holds imports, and the two keys of a rotation name each other', async () => {
    const keyHash = new Uint8Array(32).fill(7);
    await test.keystamp.importApiKeys([{ keyHash, userId: 'ada', name: 'Old one' }], by);
    const { events } = await test.keystamp.listEvents({ kind: 'imported' });
    expect(events).toMatchObject([{ actor: { userId: 'ada' }, keyName: 'Old one' }]);

    const { key } = await test.issue();
    const successor = await test.keystamp.rotateApiKey(key.id);
    const newId = successor?.key.id as string;
    expect((await historyOf(key.id))[0]).toMatchObject({
      kind: 'rotated',
      changed: { successor_id: { from: null, to: newId } },
    });
    expect((await historyOf(newId))[0]).toMatchObject({
      kind: 'created',
      changed: { predecessor_id: { from: null, to: key.id } },
    });
  });

  it('says of a new text that there is one, and not its hash (K1)', async () => {
    const idempotencyKey = randomUUID();
    const { key } = await test.issue({ idempotencyKey });
    await test.issue({ idempotencyKey });
    const [last] = await historyOf(key.id);
    expect(last).toMatchObject({
      kind: 'updated',
      changed: { key_hash: { from: null, to: null } },
    });
    const hash = await test.stored(key.id, `encode(key_hash, 'hex')`);
    const { rows } = await test.ground.database.query(
      `select 1 from keystamp.key_events e where e::text like '%' || $1 || '%'`,
      [hash],
    );
    expect(rows).toEqual([]);
  });
});

describe('K7 each change past the library is in the history', () => {
  it('as a role of the database, for each kind of statement', async () => {
    const { key } = await test.issue();
    const { database } = test.ground;
    const statements = [
      'update keystamp.api_keys set disabled_at = now() where id = $1',
      'update keystamp.api_keys set disabled_at = null where id = $1',
      `update keystamp.api_keys set name = 'By hand', last_used_at = now() where id = $1`,
      'update keystamp.api_keys set revoked_at = now() where id = $1',
      'update keystamp.api_keys set revoked_at = null where id = $1',
      'delete from keystamp.api_keys where id = $1',
    ];
    for (const statement of statements) await database.query(statement, [key.id]);
    const history = await historyOf(key.id);
    expect(history.map(({ kind }) => kind)).toEqual([
      'deleted',
      'updated',
      'revoked',
      'updated',
      'enabled',
      'disabled',
      'created',
    ]);
    // The use that was stored beside it is no change.
    expect(history[3]?.changed).toEqual({ name: { from: 'A key', to: 'By hand' } });
    const { rows } = await database.query<{ name: string }>('select session_user as name');
    const role = { kind: 'database', userId: null, keyId: null, name: rows[0]?.name };
    expect(history.slice(0, -1).map(({ actor }) => actor)).toEqual(Array(6).fill(role));
  });

  it('goes with its transaction: what is rolled back was no change', async () => {
    const { key } = await test.issue();
    const session = await test.ground.database.connect();
    try {
      await session.query('begin');
      await session.query('update keystamp.api_keys set disabled_at = now() where id = $1', [
        key.id,
      ]);
      await session.query('rollback');
    } finally {
      session.release();
    }
    expect(await kindsOf(key.id)).toEqual(['created']);
  });

  it('also a user who is deleted with all keys, and a table that is emptied', async () => {
    const own = await createTestKeystamp();
    try {
      const [ada, bea] = [await own.issue({ userId: 'ada' }), await own.issue({ userId: 'bea' })];
      await own.ground.database.query(`delete from keystamp.users where id = 'ada'`);
      await own.ground.database.query('truncate keystamp.api_keys');
      const { events } = await own.keystamp.listEvents({ kind: 'deleted' });
      expect(events.map(({ keyId }) => keyId)).toEqual([bea.key.id, ada.key.id]);
    } finally {
      await own.close();
    }
  });

  it('is not run by a use: one is stored also where the history cannot be written', async () => {
    const own = await createTestKeystamp();
    try {
      const { apiKey, key } = await own.issue();
      await own.ground.database.query(
        `create or replace function keystamp.record_key_event() returns trigger language plpgsql as
         $$ begin raise exception 'No history today.'; end $$`,
      );
      await own.keystamp.validateUserApiKey(apiKey);
      await own.keystamp.flush();
      expect(await own.stored(key.id)).not.toBeNull();
      await expect(own.keystamp.disableApiKey(key.id)).rejects.toThrow('No history today.');
    } finally {
      await own.close();
    }
  });

  it('holds none of 100,000 uses', async () => {
    const { apiKey, key } = await test.issue();
    const countOf = async () => {
      const text = 'select count(*)::int as events from keystamp.key_events';
      const { rows } = await test.ground.database.query<{ events: number }>(text);
      return rows[0]?.events;
    };
    const before = await countOf();
    for (let i = 1; i <= 100_000; i++) {
      const validation = await test.keystamp.validateUserApiKey(apiKey);
      expect(validation.valid || i).toBe(true);
      if (i % 20_000 === 0) await test.keystamp.flush();
    }
    expect(await test.stored(key.id)).not.toBeNull();
    expect(await kindsOf(key.id)).toEqual(['created']);
    expect(await countOf()).toBe(before);
  });
});

describe('an actor', () => {
  it.each([
    [{ kind: 'database' }, 'actor.kind'],
    [{ userId: '' }, 'actor.userId'],
    [{ keyId: 'x' }, 'actor.keyId'],
    [{ name: 'two\nlines' }, 'actor.name'],
    [{ fromAddress: '' }, 'actor.fromAddress'],
    [{ who: 'ada' }, 'who'],
  ])('%o is refused by the name of the field, and nothing changes', async (actor, field) => {
    const { key } = await test.issue();
    const changing = test.keystamp.revokeApiKey(key.id, { actor: actor as never });
    await expect(changing).rejects.toMatchObject({ code: 'invalid_argument', field });
    expect((await test.keystamp.getApiKey(key.id))?.status).toBe('active');
  });

  it('never holds a key', async () => {
    const { apiKey, key } = await test.issue();
    const changing = test.keystamp.revokeApiKey(key.id, { actor: { name: apiKey } });
    await expect(changing).rejects.toMatchObject({ field: 'actor.name' });
  });
});
