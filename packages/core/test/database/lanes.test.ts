import { createTestDatabase } from '@keystamp/testing/databases/test-database';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Semaphore } from '../../src/async/semaphore.js';
import type { Lane } from '../../src/database/database.js';
import { lanesOf } from '../../src/database/postgres/lanes.js';

/** Takes turns until one has to wait; how many there were. */
async function free(take: () => Promise<() => void>): Promise<number> {
  for (let count = 0; ; count++) {
    let taken = false;
    const hold = () => {
      taken = true;
    };
    take().then(hold, () => {});
    await new Promise(setImmediate);
    if (!taken) return count;
  }
}

describe('K4: of the connections of a pool', () => {
  it.each([
    { poolSize: 1, validation: 1, others: 1 },
    { poolSize: 2, validation: 1, others: 1 },
    { poolSize: 5, validation: 2, others: 3 },
    { poolSize: 10, validation: 4, others: 6 },
    { poolSize: 100, validation: 4, others: 96 },
  ])(
    '$validation of $poolSize are for validation alone',
    async ({ poolSize, validation, others }) => {
      const lanes = lanesOf(poolSize);
      expect(await free(() => lanes.take('other'))).toBe(others);
      expect(await free(() => lanes.take('upkeep'))).toBe(0);
      expect(await free(() => lanes.take('validation'))).toBe(validation);
      expect(lanes.connections).toBe(validation + others);
    },
  );
});

describe('turns', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('go to who is urgent first, and then in the order of asking', async () => {
    const turns = new Semaphore();
    const end = await turns.take();
    const order: string[] = [];
    const work = async (name: string, isUrgent: boolean) => {
      const endOwn = await turns.take({ isUrgent });
      order.push(name);
      endOwn();
    };
    const all = [work('a', false), work('b', false), work('c', true), work('d', true)];
    end();
    await Promise.all(all);
    expect(order).toEqual(['c', 'd', 'a', 'b']);
  });

  it('that do not come in time are overload, and are not given to who went away', async () => {
    const turns = new Semaphore();
    const end = await turns.take();
    const late = turns.take({ withinMs: 1_000 });
    const patient = turns.take({ withinMs: 2_000 });
    const refused = expect(late).rejects.toMatchObject({ code: 'overloaded' });
    await vi.advanceTimersByTimeAsync(1_001);
    await refused;
    end();
    (await patient)();
    (await turns.take())();
  });
});

describe('K4: a database whose connections are all in use by others', () => {
  it('gives validation one that is kept for it, or the next one', async () => {
    const ground = await createTestDatabase();
    const { database } = ground;
    const inUse = database.kind === 'postgres' ? 6 : 1;
    const held = await Promise.all(Array.from({ length: inUse }, () => database.connect()));
    const order: Lane[] = [];
    const wait = async (lane: Lane) => {
      const session = await database.connect(lane);
      order.push(lane);
      session.release();
    };
    const waiting = [wait('other'), wait('other')];
    const validating = wait('validation');
    if (database.kind === 'postgres') await validating;
    for (const session of held) session.release();
    await Promise.all([...waiting, validating]);
    expect(order).toEqual(['validation', 'other', 'other']);
    await ground.drop();
  });
});
