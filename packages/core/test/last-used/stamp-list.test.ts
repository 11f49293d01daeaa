import { expect, it } from 'vitest';
import { FlushWaiters } from '../../src/last-used/flush-waiters.js';
import { PendingUses } from '../../src/last-used/pending-uses.js';
import { createStamp, type Stamp } from '../../src/last-used/stamp.js';
import { StampList } from '../../src/last-used/stamp-list.js';

/** More than two pieces. */
const MANY = 10_000;

const pendingStamps = (): Stamp[] =>
  Array.from({ length: MANY }, (_, i) => ({
    ...createStamp(`${i}`),
    usedAt: i + 1,
    pending: true,
  }));

it('a list of many stamps gives back each once, the latest first', () => {
  const stamps = pendingStamps();
  const list = new StampList();
  for (const stamp of stamps) list.push(stamp);
  expect(list.length).toBe(MANY);
  expect(list.pieces().flat()).toEqual(stamps);
  expect(Math.max(...list.pieces().map(({ length }) => length))).toBeLessThan(MANY / 2);
  const back = stamps.map(() => list.pop());
  expect(back).toEqual(stamps.toReversed());
  expect(list.pop()).toBeUndefined();
  expect(list.length).toBe(0);
});

it('pieces are copies: what is taken from the list afterwards stays in them', () => {
  const list = new StampList();
  const [stamp] = pendingStamps() as [Stamp];
  list.push(stamp);
  const pieces = list.pieces();
  list.pop();
  expect(pieces.flat()).toEqual([stamp]);
});

it('a list that absorbs another has each of both once', () => {
  const stamps = pendingStamps();
  const list = new StampList();
  const other = new StampList();
  stamps.forEach((stamp, i) => {
    (i < 100 ? list : other).push(stamp);
  });
  list.absorb(other);
  const seen: Stamp[] = [];
  list.each((stamp) => seen.push(stamp));
  expect(new Set(seen)).toEqual(new Set(stamps));
  expect([seen.length, list.length]).toEqual([MANY, MANY]);
  expect(new Set(stamps.map(() => list.pop()))).toEqual(new Set(stamps));
  expect(list.length).toBe(0);
});

it('from the beginning: each pending use is due again at once, wherever it was, once', () => {
  const uses = new PendingUses({ windowMs: 1_000, flushIntervalMs: 500 }, 100);
  const stamps = pendingStamps().map((stamp) => ({ ...stamp, pending: false }));
  const [fresh, ...others] = stamps as [Stamp, ...Stamp[]];
  for (const stamp of others) uses.record(stamp, 5_000);
  while (!uses.promoteDue(7_000));
  const [taken, ...rest] = uses.take(3_000) as [Stamp, ...Stamp[]];
  for (const stamp of rest) {
    stamp.storedAt = 4_900;
    uses.requeue(stamp, 60_000);
  }
  uses.record(fresh, 7_000);
  const visited: Stamp[] = [];
  uses.restart((stamp) => visited.push(stamp));
  expect(visited.length).toBe(MANY - 1);
  expect(uses.count).toBe(MANY);
  while (!uses.promoteDue(9_000));
  const due = uses.take(MANY);
  expect(new Set(due)).toEqual(new Set(stamps.filter((stamp) => stamp !== taken)));
  expect(due.length).toBe(MANY - 1);
  expect(new Set(due.map(({ storedAt }) => storedAt))).toEqual(new Set([0.5]));
});

it('who waits for many uses waits for each of them, however the writes are ordered', async () => {
  const stamps = pendingStamps();
  const waiters = new FlushWaiters();
  let isOver = false;
  const half = MANY / 2;
  const over = waiters.waitFor([stamps.slice(0, half), stamps.slice(half)]).then(() => {
    isOver = true;
  });
  const settled = async () => {
    waiters.settle();
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    return isOver;
  };
  expect(await settled()).toBe(false);
  const [first, ...others] = stamps as [Stamp, ...Stamp[]];
  for (const stamp of others) stamp.pending = false;
  expect(await settled()).toBe(false);
  // An older use than the one that is waited for, and then that one, while a newer one is pending.
  first.storedAt = first.usedAt - 0.5;
  expect(await settled()).toBe(false);
  first.storedAt = first.usedAt;
  first.usedAt += 100;
  expect(await settled()).toBe(true);
  await over;
});

it('notes a piece in each turn of the event loop, and waits for those it has not noted yet', async () => {
  const [pending, settled] = pendingStamps() as [Stamp, Stamp];
  settled.pending = false;
  const read: number[] = [];
  const pieces = [pending, settled, settled].map((stamp, i) => {
    const piece = [stamp];
    return new Proxy(piece, {
      get(target, name) {
        if (name === Symbol.iterator) read.push(i);
        return Reflect.get(target, name);
      },
    });
  });
  const waiters = new FlushWaiters();
  const over = waiters.waitFor(pieces);
  expect(read).toEqual([2]);
  // Nothing of what was noted is left, but there is more to note.
  waiters.settle();
  expect(waiters.any).toBe(true);
  while (read.length < 3) await new Promise((resolve) => setImmediate(resolve));
  pending.storedAt = pending.usedAt;
  waiters.settle();
  await over;
});

it('who waits for nothing that is pending does not wait', async () => {
  await new FlushWaiters().waitFor([[createStamp('settled')]]);
});

it('a failure reaches those who still note what they wait for', async () => {
  const waiters = new FlushWaiters();
  const waiting = waiters.waitFor([pendingStamps(), pendingStamps()]);
  waiters.fail(new Error('away'));
  await expect(waiting).rejects.toThrow('away');
});
