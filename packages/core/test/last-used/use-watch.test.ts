import { type Random, seeded } from '@keystamp/testing/seeded';
import { describe, expect, it } from 'vitest';
import { PendingUses } from '../../src/last-used/pending-uses.js';
import { createStamp, type Stamp } from '../../src/last-used/stamp.js';
import type { UseWatch } from '../../src/last-used/use-watch.js';

const timing = { windowMs: 1_000, flushIntervalMs: 500 };
const stampsOf = (count: number) => Array.from({ length: count }, (_, i) => createStamp(`${i}`));
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Keys in use, of which some are watched: what a watch has to know of is kept beside it. */
class Model {
  readonly stamps = stampsOf(40);
  readonly pending = new PendingUses(timing, 100);
  readonly #random: Random;
  #now = 1_000_000;
  #taken: Stamp[] = [];
  #watches: { watch: UseWatch; ids: Set<string>; seen: Set<Stamp> }[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  async step(): Promise<void> {
    this.#now += this.#random.below(400);
    await [
      () => this.#use(),
      () => this.#use(),
      () => this.#use(),
      () => void this.pending.promoteDue(this.#now),
      () => this.#take(),
      () => this.#answer(),
      () => this.pending.restart(() => {}),
      () => this.#watch(),
      () => this.#unwatch(),
    ][this.#random.below(9)]?.();
  }

  check(): void {
    for (const { watch, seen } of this.#watches) {
      const expected = [...seen].map(({ id, usedAt }) => [id, usedAt]);
      expect([...watch.newest()].sort()).toEqual(expected.sort());
    }
  }

  #use(): void {
    const stamp = this.stamps[this.#random.below(40)] as Stamp;
    this.pending.record(stamp, this.#now + 0.25);
    for (const { ids, seen } of this.#watches) if (ids.has(stamp.id)) seen.add(stamp);
  }

  #take(): void {
    if (this.#taken.length === 0) this.#taken = this.pending.take(this.#random.below(10));
  }

  #answer(): void {
    for (const stamp of this.#taken) {
      if (this.#random.chance(0.5)) stamp.storedAt = stamp.usedAt;
      if (this.#random.chance(0.5)) this.pending.settle(stamp);
      else this.pending.requeue(stamp);
    }
    this.#taken = [];
  }

  async #watch(): Promise<void> {
    const some = this.stamps.filter(() => this.#random.chance(0.5));
    const ids = new Set(some.map(({ id }) => id));
    const seen = new Set(some.filter((stamp) => stamp.pending));
    this.#watches.push({ watch: await this.pending.watch(ids), ids, seen });
  }

  #unwatch(): void {
    const gone = this.#watches.shift();
    if (gone !== undefined) this.pending.unwatch(gone.watch);
  }
}

describe('a watch over the uses of some keys', () => {
  it.each(Array.from({ length: 30 }, (_, i) => i))(
    'knows each that is not stored, wherever it is, and each that comes (seed %i)',
    async (seed) => {
      const model = new Model(seeded(seed));
      for (let i = 0; i < 600; i++) {
        await model.step();
        model.check();
      }
    },
  );

  it('tells the newest use of a key with two stamps', async () => {
    const pending = new PendingUses(timing, 100);
    const watch = await pending.watch(new Set(['a']));
    for (const at of [2_000, 3_000, 1_000]) pending.record(createStamp('a'), at);
    expect(watch.newest()).toEqual(new Map([['a', 3_000]]));
  });

  it('G1 looks at very many in turns of bounded length, and misses none that moves or comes meanwhile', async () => {
    const pending = new PendingUses(timing, 100);
    const stamps = stampsOf(100_000);
    const [late, ...early] = stamps as [Stamp, ...Stamp[]];
    for (const stamp of early) pending.record(stamp, 1_000.5);
    let isDone = false;
    const watching = pending.watch(new Set(['0', '1', '99999'])).then((watch) => {
      isDone = true;
      return watch;
    });
    let turns = 0;
    for (; !isDone; turns++) {
      pending.promoteDue(2_000, true);
      for (const stamp of pending.take(30_000)) pending.settle(stamp);
      if (turns === 1) pending.record(late, 1_500.5);
      await turn();
    }
    expect(turns).toBeGreaterThanOrEqual(4);
    const expected = { 0: 1_500.5, 1: 1_000.5, 99999: 1_000.5 };
    expect(Object.fromEntries((await watching).newest())).toEqual(expected);
  });

  it('G1 takes no turn where nothing is pending', async () => {
    let isTurned = false;
    setImmediate(() => {
      isTurned = true;
    });
    await new PendingUses(timing, 100).watch(new Set(['a']));
    expect(isTurned).toBe(false);
  });
});
