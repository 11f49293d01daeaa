import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KeyEvent, UserApiKey } from '../../src/index.js';
import { RefusedKeys } from '../../src/refusals/refused-keys.js';
import { createTestKeystamp, type TestKeystamp } from '../support/keystamp.js';
import { type WatchedDatabase, watch } from '../validation/watched-database.js';
import { FROM, HOUR, keyOf, noteLines, refusalsOf, THEN } from './refused.js';

const MINUTE = 60_000;

let test: TestKeystamp;
let database: WatchedDatabase;
beforeAll(async () => {
  test = await createTestKeystamp();
  database = watch(await test.ground.open());
});
afterAll(() => test.close());

function refusedKeys() {
  const noted = noteLines();
  const refused = new RefusedKeys({ database, cancel: async () => {}, logger: noted.logger });
  return { refused, noted, close: () => refused.close(performance.now() + 1_000) };
}

const manyKeys = (count: number) => Array.from({ length: count }, () => keyOf(randomUUID()));
const timesOf = (events: readonly KeyEvent[]) => events.map(({ at }) => at.getTime() - THEN);

async function countRefused(): Promise<number> {
  const { rows } = await test.ground.database.query<{ n: number }>(
    `select count(*)::int as n from keystamp.key_events where kind = 'refused'`,
  );
  return rows[0]?.n as number;
}

describe('the history of a refused key', () => {
  it('has one row an hour, at the first time in it', async () => {
    const { refused, close } = refusedKeys();
    const key = keyOf(randomUUID());
    for (const at of [5, 10, HOUR - 1, HOUR, HOUR + 5, 2 * HOUR + 7]) {
      refused.record(key, 'disabled', FROM, THEN + at);
    }
    await close();
    const events = await refusalsOf(test.keystamp, key.id);
    expect(timesOf(events)).toEqual([2 * HOUR + 7, HOUR, 5]);
  });

  it('has one row an hour, whatever instances write it and when', async () => {
    const [one, other] = [refusedKeys(), refusedKeys()];
    const key = keyOf(randomUUID());
    one.refused.record(key, 'disabled', FROM, THEN);
    await one.close();
    other.refused.record(key, 'disabled', FROM, THEN + 1_000);
    other.refused.record(key, 'disabled', FROM, THEN + HOUR);
    await other.close();
    expect(timesOf(await refusalsOf(test.keystamp, key.id))).toEqual([HOUR, 0]);
  });

  it('has no row after the database’s own now', async () => {
    const { refused, close } = refusedKeys();
    const key = keyOf(randomUUID());
    refused.record(key, 'disabled', FROM, Date.now() + 10 * HOUR);
    await close();
    const [event] = await refusalsOf(test.keystamp, key.id);
    expect(event?.at.getTime()).toBeLessThanOrEqual(test.keystamp.now().getTime() + 1_000);
  });
});

describe('the log', () => {
  it('has one line a key and minute', async () => {
    const { refused, noted, close } = refusedKeys();
    const [one, other] = manyKeys(2) as [UserApiKey, UserApiKey];
    for (const at of [0, 1_000, MINUTE - 1, MINUTE, MINUTE + 1, 3 * MINUTE]) {
      refused.record(one, 'disabled', FROM, THEN + at);
      if (at < MINUTE) refused.record(other, 'disabled', undefined, THEN + at);
    }
    expect(noted.lines).toEqual([]); // No request waits for the log.
    await close();
    const lines = noted.of('A refused key was presented.').map(({ fields }) => fields['key']);
    expect(lines).toEqual([one.id, other.id, one.id, one.id]);
  });

  it('has 1,000 lines a minute at most, and says how many keys have none', async () => {
    const { refused, noted, close } = refusedKeys();
    const keys = manyKeys(1_500);
    for (let turn = 0; turn < 3; turn++) {
      for (const key of keys) refused.record(key, 'disabled', FROM, THEN + turn);
    }
    await close();
    expect(noted.of('A refused key was presented.')).toHaveLength(1_000);
    const others = noted.of('More refused keys were presented.').map(({ fields }) => fields);
    expect(others).toEqual([{ keys: 500 }]);
  });
});

describe('a flood of 1,000 refused keys', () => {
  it('is one statement, and each call but the first of a key makes no object', async () => {
    const { refused, close } = refusedKeys();
    const keys = manyKeys(1_000);
    const before = database.sent.length;
    const present = (times: number) => {
      for (let i = 0; i < times; i++) {
        for (const key of keys) refused.record(key, 'disabled', FROM, THEN + i);
      }
    };
    present(20);
    const bytesOf = () => {
      const { heapUsed } = process.memoryUsage();
      present(10);
      return process.memoryUsage().heapUsed - heapUsed;
    };
    // A row that waits to be written takes 100 bytes or more, so 10,000 of them over a million. The time that is handed in may
    // be a boxed number of 12 to 16 bytes, as the engine likes.
    let middle = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 200 && middle >= 300_000; i++) {
      middle = Array.from({ length: 31 }, bytesOf).sort((x, y) => x - y)[15] as number;
    }
    expect(middle).toBeLessThan(300_000);
    await close();
    expect(database.sent.slice(before)).toHaveLength(1);
    expect(database.sent.at(-1)).toContain('insert into keystamp.key_events');
  });
});

describe('more refused keys than are remembered', () => {
  it('are dropped, with one line that says so, until the next hour', async () => {
    const { refused, noted, close } = refusedKeys();
    const before = await countRefused();
    for (const key of manyKeys(12_000)) refused.record(key, 'disabled', FROM, THEN);
    const late = keyOf(randomUUID());
    refused.record(late, 'disabled', FROM, THEN + 1);
    await refused.flush();
    expect((await countRefused()) - before).toBe(10_000);
    expect(noted.of('than are remembered')).toHaveLength(1);
    refused.record(late, 'disabled', FROM, THEN + HOUR);
    await close();
    expect(timesOf(await refusalsOf(test.keystamp, late.id))).toEqual([HOUR]);
  });
});
