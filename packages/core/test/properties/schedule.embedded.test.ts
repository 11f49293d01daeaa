import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Fate, ModelServer } from './model-database.js';
import { ModelInstance } from './model-fleet.js';
import { VirtualTime } from './virtual-time.js';

// The real recorder in virtual time, over a model of its statement that `statement-model.test.ts` holds
// against the statement itself. No database is asked: once, beside one of the two, is enough.

const HOUR_MS = 3_600_000;
const timing = { windowMs: 1_000, flushIntervalMs: 500 };
/** What is promised of the stored time, and half of the round trips that are generated. */
const EXACT_MS = 50 + 10;
const fair: Fate = { toMs: 1, backMs: 1, outcome: 'answered' };

interface Step {
  readonly atMs: number;
  readonly act: 'use' | 'lock' | 'unlock' | 'join' | 'stop' | 'beat' | 'delete';
  readonly instance: number;
  readonly key: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  atMs: fc.integer({ min: 0, max: 8_000 }),
  act: fc.oneof(
    { weight: 20, arbitrary: fc.constant('use' as const) },
    { weight: 2, arbitrary: fc.constantFrom('lock' as const, 'unlock' as const) },
    { weight: 2, arbitrary: fc.constantFrom('join' as const, 'stop' as const, 'beat' as const) },
    { weight: 1, arbitrary: fc.constant('delete' as const) },
  ),
  instance: fc.nat(7),
  key: fc.nat(3),
});
const fate: fc.Arbitrary<Fate> = fc.record({
  toMs: fc.oneof(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 10, max: 3_000 })),
  backMs: fc.integer({ min: 1, max: 10 }),
  outcome: fc.oneof(
    { weight: 6, arbitrary: fc.constant('answered' as const) },
    { weight: 1, arbitrary: fc.constantFrom('lost' as const, 'unanswered' as const) },
    { weight: 1, arbitrary: fc.constant('stray' as const) },
  ),
});
const schedule = fc.record({
  steps: fc.array(step, { minLength: 1, maxLength: 60 }),
  fates: fc.array(fate, { maxLength: 40 }),
  hostsAheadMs: fc.array(fc.integer({ min: -HOUR_MS, max: HOUR_MS }), {
    minLength: 1,
    maxLength: 4,
  }),
});

let time: VirtualTime;
let server: ModelServer;
beforeEach(() => open());
afterEach(() => time.restore());

function open(): void {
  time = new VirtualTime(2_000_000_000);
  time.install();
  server = new ModelServer(time);
}

describe('schedules', () => {
  it('G4 G5 thousands of them: the stored time never goes back, never exceeds the clock and ends exact', async () => {
    // A failure prints its seed and the smallest schedule that fails.
    await fc.assert(fc.asyncProperty(schedule, play), { numRuns: 1_500 });
  }, 120_000);

  it('G4 on a sound network it ends exact two windows and one flush after the last use', async () => {
    const sound = schedule.map(({ steps, hostsAheadMs }) => ({
      steps: steps.filter(({ act }) => act !== 'lock' && act !== 'delete'),
      fates: [],
      hostsAheadMs,
    }));
    await fc.assert(
      fc.asyncProperty(sound, async (given) => {
        const fleet = begin(given);
        await fleet.playAll();
        await time.runUntil(time.now + 2 * timing.windowMs + timing.flushIntervalMs);
        fleet.expectExact();
      }),
      { numRuns: 1_000 },
    );
  }, 120_000);
});

describe('another server, whose clock stands elsewhere', () => {
  const KEY = 'key';
  const AHEAD_MS = 5_000;

  function failOver(lost: number | null): void {
    server.serverStartedMs += 1_000;
    server.clockAheadMs = AHEAD_MS;
    const row = server.rows.get(KEY);
    if (row !== undefined) row.lastUsedMs = lost;
  }

  it.each(['lost', 'unanswered'] as const)(
    'G4 a use whose write is on its way (%s) is stored by the new clock',
    async (outcome) => {
      const fates: Fate[] = [{ toMs: 1_000, backMs: 1, outcome }];
      const nextFate = () => fates.shift() ?? fair;
      const instance = new ModelInstance(time, server, { timing, hostAheadMs: 0, nextFate });
      server.addRow(KEY);
      instance.use(KEY);
      const usedAt = time.now;
      await time.runUntil(usedAt + 500);
      failOver(null);
      instance.hearClock(server, 2);
      await time.runUntil(usedAt + 30_000);
      const stored = server.rows.get(KEY)?.lastUsedMs ?? 0;
      expect(Math.abs(stored - (usedAt + AHEAD_MS))).toBeLessThan(EXACT_MS);
    },
  );

  it.each([
    ['that was used before', true],
    ['that it has not seen used', false],
  ])(
    'G5 a clock that is put right: the next use of a key %s replaces what the wrong clock left',
    async (_, wasUsedHere) => {
      const options = { timing, hostAheadMs: 0, nextFate: () => fair };
      const instance = new ModelInstance(time, server, options);
      const row = server.addRow(KEY);
      server.clockAheadMs = HOUR_MS;
      instance.hearClock(server, 2);
      if (wasUsedHere) {
        instance.use(KEY);
        // Longer than the minutes in which a write is repeated to another server.
        await time.runUntil(time.now + 5 * 60_000);
      } else row.lastUsedMs = server.nowMs;
      expect(row.lastUsedMs).toBeGreaterThan(time.now + HOUR_MS - 6 * 60_000);
      server.clockAheadMs = 0;
      instance.hearClock(server, 2);
      expect(row.lastUsedMs).toBeGreaterThan(time.now);
      instance.use(KEY);
      const usedAt = time.now;
      await time.runUntil(usedAt + timing.flushIntervalMs);
      expect(Math.abs((row.lastUsedMs ?? 0) - usedAt)).toBeLessThan(EXACT_MS);
      // What it has replaced is over: from here on the window counts as ever.
      const { versions } = row;
      instance.use(KEY);
      await time.runUntil(usedAt + 3 * timing.windowMs);
      expect(row.versions).toBe(versions + 1);
    },
  );

  it('G4 what was acknowledged and lost with the old server is written again', async () => {
    const instance = new ModelInstance(time, server, {
      timing,
      hostAheadMs: HOUR_MS,
      nextFate: () => fair,
    });
    server.addRow(KEY);
    instance.use(KEY);
    await time.runUntil(time.now + 5_000);
    const stored = server.rows.get(KEY)?.lastUsedMs ?? 0;
    expect(stored).toBeGreaterThan(0);
    failOver(null);
    instance.hearClock(server, 2);
    await time.runUntil(time.now + 5_000);
    const again = server.rows.get(KEY)?.lastUsedMs ?? 0;
    expect(Math.abs(again - (stored + AHEAD_MS))).toBeLessThan(EXACT_MS);
  });
});

type Schedule = typeof schedule extends fc.Arbitrary<infer S> ? S : never;

async function play(given: Schedule): Promise<void> {
  const fleet = begin(given);
  await fleet.playAll();
  // Two windows, a flush, and the rest after a statement that took three seconds.
  await time.runUntil(time.now + 2 * timing.windowMs + timing.flushIntervalMs + 35_000);
  fleet.expectExact();
}

function begin(given: Schedule): Fleet {
  time.restore();
  open();
  return new Fleet(given);
}

/** The instances of one schedule, what really happened, and what of it has to hold. */
class Fleet {
  readonly #steps: readonly Step[];
  #fates: Fate[];
  readonly #instances: ModelInstance[];
  readonly #stopped: ModelInstance[] = [];
  readonly #lastUse = new Map<string, number>();
  readonly #stored = new Map<string, number>();
  readonly #violations: string[] = [];

  constructor({ steps, fates, hostsAheadMs }: Schedule) {
    this.#steps = [...steps].sort((a, b) => a.atMs - b.atMs);
    this.#fates = [...fates];
    for (let key = 0; key < 4; key++) server.addRow(`key-${key}`);
    server.onStored = (id, storedMs, nowMs) => {
      // Kept for the end: thrown here, it would only be one more failure of the network.
      if (storedMs > nowMs) this.#violations.push(`${id} in the future`);
      if (storedMs <= (this.#stored.get(id) ?? 0)) this.#violations.push(`${id} backwards`);
      this.#stored.set(id, storedMs);
    };
    this.#instances = hostsAheadMs.map((aheadMs) => this.#start(aheadMs));
  }

  async playAll(): Promise<void> {
    const start = time.now;
    for (const one of this.#steps) {
      await time.runUntil(start + one.atMs);
      this.#do(one);
    }
    this.#endFaults();
  }

  expectExact(): void {
    expect(this.#violations).toEqual([]);
    for (const [id, usedAt] of this.#lastUse) {
      const row = server.rows.get(id);
      if (row === undefined) continue;
      expect(Math.abs((row.lastUsedMs ?? 0) - usedAt), id).toBeLessThan(EXACT_MS);
    }
    for (const instance of [...this.#instances, ...this.#stopped]) {
      expect(instance.pendingCount, 'left pending').toBe(0);
    }
  }

  #start(hostAheadMs: number): ModelInstance {
    const nextFate = () => this.#fates.shift() ?? fair;
    return new ModelInstance(time, server, { timing, hostAheadMs, nextFate });
  }

  #do({ act, instance: at, key }: Step): void {
    const id = `key-${key}`;
    const instance = this.#instances[at % this.#instances.length] as ModelInstance;
    switch (act) {
      case 'use':
        instance.use(id);
        this.#lastUse.set(id, time.now);
        break;
      case 'lock':
      case 'unlock':
        this.#setLocked(id, act === 'lock');
        break;
      case 'delete':
        if (key === 3) server.rows.delete(id);
        break;
      case 'beat':
        instance.hearClock(server, 5);
        break;
      case 'join':
        if (this.#instances.length < 8) this.#instances.push(this.#start((at - 4) * 500_000));
        break;
      case 'stop':
        if (this.#instances.length > 1) this.#stop(instance);
        break;
    }
  }

  /** A stop is given a sound network; what it does on another is G8's. */
  #stop(instance: ModelInstance): void {
    this.#endFaults();
    this.#instances.splice(this.#instances.indexOf(instance), 1);
    this.#stopped.push(instance);
    void instance.stop();
  }

  #setLocked(id: string, isLocked: boolean): void {
    const row = server.rows.get(id);
    if (row !== undefined && this.#stopped.length === 0) row.isLocked = isLocked;
  }

  #endFaults(): void {
    this.#fates = [];
    for (const row of server.rows.values()) row.isLocked = false;
  }
}
