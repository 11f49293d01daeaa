import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KeyEvent } from '../../src/index.js';
import { createTestKeystamp, type TestKeystamp } from '../support/keystamp.js';

let test: TestKeystamp;
beforeAll(async () => {
  test = await createTestKeystamp();
});
afterAll(() => test.close());

const historyOf = async (keyId: string): Promise<KeyEvent[]> =>
  (await test.keystamp.listEvents({ keyId })).events;

describe('the list of events', () => {
  it('is read page by page, each once, newest first', async () => {
    const { key } = await test.issue();
    for (let i = 0; i < 6; i++) await test.keystamp.updateApiKey(key.id, { name: `Name ${i}` });
    const query = { keyId: key.id, limit: 3 };
    const first = await test.keystamp.listEvents(query);
    const second = await test.keystamp.listEvents({ ...query, cursor: first.nextCursor as string });
    const third = await test.keystamp.listEvents({ ...query, cursor: second.nextCursor as string });
    const all = [first, second, third].flatMap(({ events }) => events);
    expect(third.nextCursor).toBeNull();
    expect(all.map(({ keyName }) => keyName)).toEqual([
      ...[5, 4, 3, 2, 1, 0].map((i) => `Name ${i}`),
      'A key',
    ]);
  });

  it('is filtered by user, kind, actor and time', async () => {
    const userId = randomUUID();
    const { key } = await test.issue({ userId });
    const keyId = randomUUID();
    await test.keystamp.disableApiKey(key.id, { actor: { kind: 'key', keyId } });
    const [disabled, created] = await historyOf(key.id);
    const idsOf = async (query: object) =>
      (await test.keystamp.listEvents({ userId, ...query })).events.map(({ id }) => id);
    expect(await idsOf({})).toEqual([disabled?.id, created?.id]);
    expect(await idsOf({ kind: 'created' })).toEqual([created?.id]);
    expect(await idsOf({ actor: keyId })).toEqual([disabled?.id]);
    expect(await idsOf({ actor: 'library' })).toEqual([created?.id]);
    expect(await idsOf({ since: new Date(Date.now() + 60_000) })).toEqual([]);
    expect(await idsOf({ until: new Date(0) })).toEqual([]);
    expect(await idsOf({ since: new Date(0), until: new Date(Date.now() + 60_000) })).toHaveLength(
      2,
    );
  });

  it('keeps what a user saw of a key before it moved on, and no more', async () => {
    const [before, after] = [randomUUID(), randomUUID()];
    const { key } = await test.issue({ userId: before });
    await test.keystamp.updateApiKey(key.id, { userId: after });
    await test.keystamp.updateApiKey(key.id, { note: 'Private' });
    const seenBy = async (userId: string) =>
      (await test.keystamp.listEvents({ userId })).events.map(({ kind }) => kind);
    expect(await seenBy(before)).toEqual(['created']);
    expect(await seenBy(after)).toEqual(['updated', 'moved']);
  });

  it.each([
    [{ keyId: 'x' }, 'keyId'],
    [{ kind: 'used' }, 'kind'],
    [{ since: 'yesterday' }, 'since'],
    [{ until: new Date(Number.NaN) }, 'until'],
    [{ limit: 0 }, 'limit'],
    [{ cursor: '0' }, 'cursor'],
    [{ userId: undefined }, 'userId'],
    [{ keyID: randomUUID() }, 'keyID'],
  ])('refuses %o by the name of the field', async (query, field) => {
    await expect(test.keystamp.listEvents(query as never)).rejects.toMatchObject({
      code: 'invalid_argument',
      field,
    });
  });
});

describe('the newest event of each of several keys', () => {
  it('is found for each that has one, newest first', async () => {
    const [one, two, none] = [await test.issue(), await test.issue(), await test.issue()];
    for (const { key } of [two, one]) {
      await test.keystamp.disableApiKey(key.id);
      await test.keystamp.enableApiKey(key.id);
      await test.keystamp.disableApiKey(key.id);
    }
    const newestOf = [one, two, none].map(({ key }) => key.id);
    const { events, nextCursor } = await test.keystamp.listEvents({ newestOf, kind: 'disabled' });
    expect([events.map(({ keyId }) => keyId), nextCursor]).toEqual([
      [one.key.id, two.key.id],
      null,
    ]);
    const [newest] = (await historyOf(one.key.id)).filter(({ kind }) => kind === 'disabled');
    expect(events[0]).toEqual(newest);
    const all = await test.keystamp.listEvents({ newestOf: [...newestOf, ...newestOf] });
    expect(all.events.map(({ kind }) => kind)).toEqual(['disabled', 'disabled', 'created']);
  });

  it('is of its owner at the time, where one is named', async () => {
    const { key } = await test.issue();
    await test.keystamp.updateApiKey(key.id, { userId: 'bea' });
    await test.keystamp.disableApiKey(key.id);
    const of = async (userId: string) =>
      (await test.keystamp.listEvents({ newestOf: [key.id], userId })).events;
    expect((await of('ada')).map(({ kind }) => kind)).toEqual(['created']);
    expect((await of('bea')).map(({ kind }) => kind)).toEqual(['disabled']);
  });

  it.each([
    [[]],
    [['not an id']],
    [Array.from({ length: 101 }, () => randomUUID())],
    [randomUUID() as unknown as string[]],
  ])('K6 refuses a list of ids that is none: %j', async (newestOf) => {
    await expect(test.keystamp.listEvents({ newestOf })).rejects.toMatchObject({
      field: 'newestOf',
    });
  });

  it.each([{ keyId: randomUUID() }, { limit: 1 }, { cursor: '1' }])(
    'K6 refuses a page beside it: %j',
    async (beside) => {
      const newestOf = [randomUUID()];
      await expect(test.keystamp.listEvents({ newestOf, ...beside })).rejects.toMatchObject({
        field: 'newestOf',
        expected: 'no key, limit or cursor beside it',
      });
    },
  );
});
