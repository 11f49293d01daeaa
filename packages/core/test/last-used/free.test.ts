import { createHook } from 'node:async_hooks';
import { learn } from '@keystamp/testing/databases/many-keys';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PendingUses } from '../../src/last-used/pending-uses.js';
import { createStamp } from '../../src/last-used/stamp.js';
import { createTestKeystamp, type TestKeystamp } from '../support/keystamp.js';

let test: TestKeystamp;
let apiKey: string;
beforeAll(async () => {
  test = await createTestKeystamp({ precisionMs: 25_000, flushIntervalMs: 10_000 });
  const issued = await test.issue();
  apiKey = issued.apiKey;
  await learn(test.keystamp, [{ id: issued.key.id, apiKey }]);
});
afterAll(() => test.close());

describe('a use of a known key', () => {
  it('G1 starts nothing: no promise, no timer, no I/O', () => {
    const started: string[] = [];
    const hook = createHook({ init: (_id, type) => void started.push(type) }).enable();
    try {
      for (let i = 0; i < 1_000; i++) void test.keystamp.validateUserApiKey(apiKey);
    } finally {
      hook.disable();
    }
    expect(started).toEqual([]);
    expect(test.keystamp.health().pendingKeys).toBe(1);
  });

  it('G1 is answered by a promise that was there before', () => {
    const one = test.keystamp.validateUserApiKey(apiKey);
    expect(test.keystamp.validateUserApiKey(apiKey)).toBe(one);
  });

  it('G1 allocates nothing to be recorded', () => {
    const pending = new PendingUses({ windowMs: 1_000, flushIntervalMs: 500 }, 100);
    const stamp = createStamp('a');
    const recordMany = (times: number) => {
      for (let i = 0; i < times; i++) pending.record(stamp, 1_000_000.5 + i);
    };
    const bytesOf = () => {
      const before = process.memoryUsage().heapUsed;
      recordMany(10_000);
      return process.memoryUsage().heapUsed - before;
    };
    // Short rounds, of which garbage collection falls into the fewest: the one in the middle tells. The engine compiles
    // aside, and on a busy machine late: until then each number is an object. One number each would be 120,000 bytes or more.
    let middle = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 200 && middle >= 60_000; i++) {
      middle = Array.from({ length: 31 }, bytesOf).sort((x, y) => x - y)[15] as number;
    }
    expect(middle).toBeLessThan(60_000);
    expect(stamp.usedAt).toBe(1_000_000.5 + 9_999);
    expect(pending.count).toBe(1);
  });
});

describe('a look at very many pending keys', () => {
  it('G1 is taken in turns of bounded length', () => {
    const pending = new PendingUses({ windowMs: 1_000, flushIntervalMs: 500 }, 100);
    for (let i = 0; i < 100_000; i++) pending.record(createStamp(`${i}`), 1_000);
    let turns = 1;
    while (!pending.promoteDue(2_000)) turns++;
    expect(turns).toBeGreaterThanOrEqual(5);
    let taken = 0;
    for (let batch = pending.take(1_000); batch.length > 0; batch = pending.take(1_000)) {
      expect(batch).toHaveLength(1_000);
      taken += batch.length;
    }
    expect(taken).toBe(100_000);
  });
});
