import { type Random, seeded } from '@keystamp/testing/seeded';
import type { FlushTiming } from '../../src/last-used/flush-schedule.js';
import { type Fate, ModelServer } from './model-database.js';
import { ModelInstance } from './model-fleet.js';
import { VirtualTime } from './virtual-time.js';

/** How uses of the one key fall on the instances. Rates are of the whole fleet, per second. */
type Traffic =
  | { readonly kind: 'steady'; readonly rate: number }
  /** Every instance uses it in the same ten milliseconds, so often a second. */
  | { readonly kind: 'together'; readonly rate: number }
  /** So many uses within `withinMs`, and again after so many windows, a tenth more or less. */
  | {
      readonly kind: 'bursts';
      readonly uses: number;
      readonly everyWindows: number;
      readonly withinMs: number;
    };

export interface Case {
  readonly name: string;
  readonly instances: number;
  readonly traffic: Traffic;
  readonly seconds: number;
  readonly timing: FlushTiming;
  /** Share of the statements that go wrong, a third each lost, unanswered and stray. */
  readonly failing?: number;
  /** Share of the time in which another transaction holds the row. */
  readonly locked?: number;
  /** Instances that start one by one during the run; the last of them stop one by one. */
  readonly joining?: number;
  readonly stopping?: number;
  readonly roundTripMs?: number;
}

export interface Outcome {
  readonly versions: number;
  /** What G3 allows: 2 T / window + 6, and one per stopped instance. */
  readonly allowed: number;
  readonly windows: number;
  readonly statements: number;
  /** From the last use until it was stored; null where it never was. */
  readonly settledAfterMs: number | null;
  /** The stored time minus that of the last use, at the end. */
  readonly errorMs: number;
  /** How often the stored value went back, or beyond the database's clock. */
  readonly broken: number;
  /** The longest time in which the key was in use and its stored time did not move. */
  readonly mostStaleMs: number;
}

const HOUR_MS = 3_600_000;
const KEY = 'the-key';

/** One run of a fleet of real recorders over the model, for a seed. */
export async function simulate(given: Case, seed: number): Promise<Outcome> {
  const run = new Run(given, seeded(seed));
  run.time.install();
  try {
    return await run.toEnd();
  } finally {
    run.time.restore();
  }
}

class Run {
  readonly time = new VirtualTime(1_000_000_000);
  readonly #case: Case;
  readonly #random: Random;
  readonly #server = new ModelServer(this.time);
  readonly #instances: ModelInstance[] = [];
  readonly #row = this.#server.addRow(KEY);
  #lastUseAt = 0;
  #storedAt = 0;
  #settledAt: number | null = null;
  #broken = 0;
  #mostStaleMs = 0;
  #stopped = 0;

  constructor(given: Case, random: Random) {
    this.#case = given;
    this.#random = random;
    this.#server.onStored = (_id, storedMs, nowMs) => this.#noteStored(storedMs, nowMs);
  }

  async toEnd(): Promise<Outcome> {
    const { seconds, timing } = this.#case;
    const start = this.time.now;
    const end = start + seconds * 1_000;
    this.#startInstances(start, end);
    this.#planLocks(start, end);
    for (const at of this.#useTimes(start, end)) this.time.at(at, () => this.#useAt(at));
    await this.time.runUntil(end);
    this.#row.isLocked = false;
    const versions = this.#row.versions;
    await this.time.runUntil(end + 2 * timing.windowMs + timing.flushIntervalMs + 15_000);
    const last = this.#lastUseAt;
    const spanMs = last - start;
    const outcome = {
      versions,
      windows: spanMs / timing.windowMs,
      allowed: (2 * spanMs) / timing.windowMs + 6 + this.#stopped,
      statements: this.#server.counts.statements,
      settledAfterMs: this.#settledAt === null ? null : this.#settledAt - last,
      errorMs: (this.#row.lastUsedMs ?? 0) - last,
      broken: this.#broken,
      mostStaleMs: this.#mostStaleMs,
    };
    for (const instance of this.#instances.splice(0)) void instance.stop();
    await this.time.runUntil(this.time.now + 10_000);
    return outcome;
  }

  #startInstances(start: number, end: number): void {
    const { instances, joining = 0, stopping = 0 } = this.#case;
    for (let i = 0; i < instances - joining; i++) this.#join();
    for (let i = 0; i < joining; i++) {
      this.time.at(start + (end - start) * this.#random.between(0.1, 0.6), () => this.#join());
    }
    for (let i = 0; i < stopping; i++) {
      this.time.at(start + (end - start) * this.#random.between(0.4, 0.9), () => this.#stopOne());
    }
  }

  #join(): void {
    this.#instances.push(
      new ModelInstance(this.time, this.#server, {
        timing: this.#case.timing,
        hostAheadMs: this.#random.between(-HOUR_MS, HOUR_MS),
        drift: this.#random.between(-50e-6, 50e-6),
        nextFate: () => this.#nextFate(),
        firstReading: {
          roundTripMs: this.#random.between(0.2, 2 * (this.#case.roundTripMs ?? 2)),
          toPart: this.#random.between(0.2, 0.8),
        },
      }),
    );
  }

  #stopOne(): void {
    if (this.#instances.length < 2) return;
    const [instance] = this.#instances.splice(this.#random.below(this.#instances.length), 1);
    this.#stopped++;
    void instance?.stop();
  }

  #nextFate(): Fate {
    const { failing = 0, roundTripMs = 2 } = this.#case;
    const toMs = this.#random.between(0.1, roundTripMs);
    const backMs = this.#random.between(0.1, roundTripMs);
    if (this.#random.between(0, 1) >= failing) return { toMs, backMs, outcome: 'answered' };
    const outcome = (['lost', 'unanswered', 'stray'] as const)[this.#random.below(3)] as 'lost';
    return { toMs: toMs + this.#random.between(0, 1_000), backMs, outcome };
  }

  /** Locks of 50 ms to 2 s. */
  #planLocks(start: number, end: number): void {
    const { locked = 0 } = this.#case;
    if (locked === 0) return;
    for (let at = start; at < end; ) {
      const holdMs = this.#random.between(50, 2_000);
      const from = at + (holdMs / locked) * (1 - locked) * this.#random.between(0.5, 1.5);
      this.time.at(from, () => {
        this.#row.isLocked = true;
      });
      this.time.at(from + holdMs, () => {
        this.#row.isLocked = false;
      });
      at = from + holdMs;
    }
  }

  *#useTimes(start: number, end: number): Generator<number> {
    const [uses, withinMs] = this.#size();
    for (let at = start + this.#gapMs(); at < end; at += this.#gapMs()) {
      for (let i = 0; i < uses; i++) yield at + this.#random.between(0, withinMs);
    }
  }

  #size(): [uses: number, withinMs: number] {
    const { traffic, instances } = this.#case;
    switch (traffic.kind) {
      case 'steady':
        return [1, 0];
      case 'together':
        return [instances, 10];
      case 'bursts':
        return [traffic.uses, traffic.withinMs];
    }
  }

  #gapMs(): number {
    const { traffic, timing } = this.#case;
    switch (traffic.kind) {
      case 'steady':
        return -Math.log(1 - this.#random.between(0, 1)) * (1_000 / traffic.rate);
      case 'together':
        return 1_000 / traffic.rate;
      case 'bursts':
        return timing.windowMs * traffic.everyWindows * this.#random.between(0.9, 1.1);
    }
  }

  #useAt(at: number): void {
    const instance = this.#instances[this.#random.below(this.#instances.length)];
    instance?.use(KEY);
    if (at < this.#lastUseAt) return;
    this.#lastUseAt = at;
    this.#settledAt = this.#storedAt >= at - 50 ? at : null;
    if (this.#storedAt > 0) this.#mostStaleMs = Math.max(this.#mostStaleMs, at - this.#storedAt);
  }

  #noteStored(storedMs: number, nowMs: number): void {
    if (storedMs < this.#storedAt || storedMs > nowMs) this.#broken++;
    this.#storedAt = storedMs;
    // The estimate of the clock may be off by half the fastest round trip.
    if (this.#settledAt === null && storedMs >= this.#lastUseAt - 50) this.#settledAt = nowMs;
  }
}
