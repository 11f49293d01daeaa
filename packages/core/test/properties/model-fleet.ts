import { ClockJumpDetector } from '../../src/clock/clock-jump-detector.js';
import { DatabaseClock } from '../../src/clock/database-clock.js';
import type { FlushTiming } from '../../src/last-used/flush-schedule.js';
import { Flusher } from '../../src/last-used/flusher.js';
import { createStamp, type Stamp } from '../../src/last-used/stamp.js';
import { silent } from '../../src/log.js';
import type { Fate, ModelServer } from './model-database.js';
import type { VirtualTime } from './virtual-time.js';

export interface InstanceOptions {
  readonly timing: FlushTiming;
  /** The host's clock minus the true time. */
  readonly hostAheadMs: number;
  /** How much faster than true time the host's clock runs. */
  readonly drift?: number;
  readonly nextFate: () => Fate;
  /** From asking for the clock to the answer, and the part of it on the way there. */
  readonly firstReading?: { readonly roundTripMs: number; readonly toPart: number };
}

/** One instance of the engine's recorder, the real one, on virtual time and the model of the database. */
export class ModelInstance {
  readonly #clock: DatabaseClock;
  readonly #flusher: Flusher;
  readonly #stamps = new Map<string, Stamp>();

  constructor(time: VirtualTime, server: ModelServer, options: InstanceOptions) {
    const { timing, hostAheadMs, drift = 0, nextFate } = options;
    const startedAt = time.now;
    const hostNow = () => time.now + hostAheadMs + (time.now - startedAt) * drift;
    this.#clock = new DatabaseClock(
      {
        onStep: (stepMs) => this.#flusher.moveUses(stepMs),
        onNewServer: (stepMs) => this.#flusher.writeRecentAgain(stepMs),
      },
      hostNow,
    );
    const { roundTripMs, toPart } = options.firstReading ?? { roundTripMs: 1, toPart: 0.5 };
    this.#clock.read({
      sentAt: hostNow() - roundTripMs * toPart,
      receivedAt: hostNow() + roundTripMs * (1 - toPart),
      databaseMs: server.nowMs,
      serverStartedMs: server.serverStartedMs,
    });
    const database = server.connectWith(nextFate);
    this.#flusher = new Flusher({
      database,
      clock: this.#clock,
      jumps: new ClockJumpDetector(this.#clock, database, () => {}),
      timing,
      logger: silent,
      cancel: async () => {},
    });
    this.#flusher.start();
  }

  /** A validation: the request's path does no more than this. */
  use(id: string): void {
    const stamp = this.#stamps.get(id) ?? createStamp(id);
    this.#stamps.set(id, stamp);
    this.#flusher.pending.record(stamp, this.#clock.now());
  }

  /** What another statement of the instance learned of the clock meanwhile (its heartbeat). */
  hearClock(server: ModelServer, roundTripMs: number): void {
    const now = this.#clock.hostNow();
    const { nowMs: databaseMs, serverStartedMs } = server;
    const half = roundTripMs / 2;
    this.#clock.read({ sentAt: now - half, receivedAt: now + half, databaseMs, serverStartedMs });
  }

  get pendingCount(): number {
    return this.#flusher.pending.count;
  }

  lagMs(): number {
    return this.#flusher.lagMs();
  }

  get failures(): number {
    return this.#flusher.counts.flushFailures;
  }

  stop(): Promise<void> {
    return this.#flusher.close();
  }
}
