import { until } from '@keystamp/testing/until';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestKeystamp, type TestKeystamp } from '../support/keystamp.js';
import { issueDisabled, noteLines, present, refusalsOf } from './refused.js';

const HIDE = 'alter table keystamp.key_events rename to hidden';
const SHOW = 'alter table keystamp.hidden rename to key_events';
const FAILED = 'Refused keys could not be written into the history';

let noted: ReturnType<typeof noteLines>;
let test: TestKeystamp;
beforeEach(async () => {
  noted = noteLines();
  test = await createTestKeystamp({ logger: noted.logger });
});
afterEach(() => test.close());

describe('without its table, the history of refused keys', () => {
  it('G7 changes no answer, is kept, and is written when the table is back, by itself', async () => {
    const { keystamp, ground } = test;
    const good = await test.issue();
    const { apiKey, key } = await issueDisabled(test);
    const others = [await issueDisabled(test), await issueDisabled(test)];
    await ground.database.query(HIDE);
    expect(await present(keystamp, apiKey)).toBe('disabled');
    await until(() => noted.of(FAILED).length > 0);
    for (let i = 0; i < 20; i++) {
      for (const other of others) expect(await present(keystamp, other.apiKey)).toBe('disabled');
      expect(await present(keystamp, good.apiKey)).toBe('valid');
      await keystamp.flush();
    }
    expect(keystamp.health().pendingKeys).toBe(0);
    expect(noted.of(FAILED)).toHaveLength(1);
    await ground.database.query(SHOW);
    const isWritten = async (id: string) =>
      (await keystamp.listEvents({ keyId: id, kind: 'refused' })).events.length > 0;
    for (const { id } of [key, ...others.map((other) => other.key)])
      await until(() => isWritten(id));
  });

  it('G7 delays no stop, and the log says what is lost', async () => {
    const { keystamp, ground } = test;
    const { apiKey, key } = await test.issue();
    const stopped = await issueDisabled(test);
    expect(await present(keystamp, apiKey)).toBe('valid');
    await ground.database.query(HIDE);
    expect(await present(keystamp, stopped.apiKey)).toBe('disabled');
    await keystamp.close();
    expect(await test.stored(key.id)).not.toBeNull();
    const lost = noted.of('Stopped with refused keys that could not be written');
    expect(lost.map(({ fields }) => fields)).toEqual([{ pending: 1 }]);
    await ground.database.query(SHOW);
  });
});

describe('a logger that throws', () => {
  it('G7 changes no answer, and no row', async () => {
    const broken = () => {
      throw new Error('The disk is full.');
    };
    const logger = { debug: broken, info: broken, warn: broken, error: broken };
    const other = await createTestKeystamp({ logger });
    try {
      const { apiKey, key } = await issueDisabled(other);
      expect(await present(other.keystamp, apiKey)).toBe('disabled');
      expect(await refusalsOf(other.keystamp, key.id)).toHaveLength(1);
    } finally {
      await other.close();
    }
  });
});
