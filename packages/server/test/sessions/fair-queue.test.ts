import { describe, expect, it } from 'vitest';
import { FairQueue, type Lane, type Turn } from '../../src/auth/sessions/fair-queue.js';

/** A queue of one place, in which each piece of work ends when the test says so. */
function heldQueue(maxWaiting: number) {
  const queue = new FairQueue({ atOnce: 1, maxWaiting, full: () => new Error('full') });
  const order: string[] = [];
  const ends: (() => void)[] = [];
  const run = (name: string, turn: Turn) =>
    queue.run(turn, () => {
      order.push(name);
      return new Promise<void>((end) => ends.push(end));
    });
  const endAll = async () => {
    for (let end = ends.shift(); end !== undefined; end = ends.shift()) {
      end();
      for (let turns = 0; turns < 10; turns++) await Promise.resolve();
    }
  };
  return { run, endAll, order };
}

function turn(lane: Lane, group: string): Turn {
  return { lane, group };
}

describe('the queue of password checks', () => {
  it('lets networks take turns, in the order in which each began to wait', async () => {
    const { run, endAll, order } = heldQueue(10);
    const all = ['a1', 'a2', 'a3', 'b1', 'c1', 'b2'].map((name) =>
      run(name, turn('stranger', name.charAt(0))),
    );
    await endAll();
    await Promise.all(all);
    expect(order).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2']);
  });

  it('gives every second turn to people who are known, however many strangers wait', async () => {
    const { run, endAll, order } = heldQueue(10);
    const strangers = ['s1', 's2', 's3', 's4'].map((name) => run(name, turn('stranger', name)));
    const known = ['k1', 'k2'].map((name) => run(name, turn('known', name)));
    await endAll();
    await Promise.all([...strangers, ...known]);
    expect(order).toEqual(['s1', 'k1', 's2', 'k2', 's3', 's4']);
  });

  it('takes people who are known where the lane of strangers is full', async () => {
    const { run, endAll } = heldQueue(2);
    const strangers = ['s1', 's2', 's3'].map((name) => run(name, turn('stranger', 'flood')));
    await expect(run('s4', turn('stranger', 'flood'))).rejects.toThrow('full');
    const known = run('k1', turn('known', 'ada'));
    await endAll();
    await Promise.all([...strangers, known]);
  });

  it('lets the newest of the largest network give way to another network in a full lane', async () => {
    const { run, endAll, order } = heldQueue(3);
    const flood = ['f1', 'f2', 'f3', 'f4'].map((name) => run(name, turn('stranger', 'flood')));
    const outcomes = Promise.allSettled(flood);
    const other = run('o1', turn('stranger', 'other'));
    await expect(run('f5', turn('stranger', 'flood'))).rejects.toThrow('full');
    await endAll();
    await other;
    expect((await outcomes).map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
    ]);
    expect(order).toEqual(['f1', 'f2', 'o1', 'f3']);
  });

  it('goes on after a piece of work that fails', async () => {
    const queue = new FairQueue({ atOnce: 1, maxWaiting: 1, full: () => new Error('full') });
    const failing = queue.run(turn('known', 'a'), () => Promise.reject(new Error('failed')));
    const after = queue.run(turn('known', 'b'), async () => 'done');
    await expect(failing).rejects.toThrow('failed');
    expect(await after).toBe('done');
  });
});
