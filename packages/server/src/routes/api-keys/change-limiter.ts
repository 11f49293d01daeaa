import { setTimeout as pause } from 'node:timers/promises';
import { problemType } from '../../contract/problem-codes.js';
import { HttpProblem } from '../../http/problem.js';
import type { RefusalPace } from '../../http/refusal-pace.js';

export interface ChangeLimits {
  /** Changes of one user in a minute; as many may come in a burst. */
  readonly perMinute: number;
  /** Changes of one user that are made at the same time. */
  readonly atOnce: number;
}

interface Allowance {
  running: number;
  left: number;
  /** When `left` was right, by the monotonic clock. */
  at: number;
}

const MINUTE_MS = 60_000;
const SWEEP_AT = 10_000;

/**
 * Limits how often one user changes keys, so that nobody keeps the database busy for others. Counted by this process
 * alone: it is about its connections.
 */
export class ChangeLimiter {
  readonly #limits: ChangeLimits;
  readonly #pace: RefusalPace;
  readonly #now: () => number;
  readonly #users = new Map<string, Allowance>();

  constructor(limits: ChangeLimits, pace: RefusalPace, now = () => performance.now()) {
    this.#limits = limits;
    this.#pace = pace;
    this.#now = now;
  }

  /** Rejects with 429 where the user has too many. */
  async run<T>(userId: string, work: () => Promise<T>): Promise<T> {
    const allowance = this.#allowanceOf(userId);
    if (allowance.running >= this.#limits.atOnce) return this.#refuse(1);
    if (allowance.left < 1) return this.#refuse(Math.ceil(this.#msToNext(allowance) / 1_000));
    allowance.left--;
    allowance.running++;
    try {
      return await work();
    } finally {
      allowance.running--;
    }
  }

  #allowanceOf(userId: string): Allowance {
    const now = this.#now();
    const { perMinute } = this.#limits;
    const allowance = this.#users.get(userId) ?? { running: 0, left: perMinute, at: now };
    allowance.left = this.#leftAt(allowance, now);
    allowance.at = now;
    this.#users.set(userId, allowance);
    if (this.#users.size > SWEEP_AT) this.#sweep(now);
    return allowance;
  }

  #leftAt({ left, at }: Allowance, now: number): number {
    const { perMinute } = this.#limits;
    return Math.min(perMinute, left + ((now - at) * perMinute) / MINUTE_MS);
  }

  #msToNext({ left }: Allowance): number {
    return ((1 - left) * MINUTE_MS) / this.#limits.perMinute;
  }

  /** Of a user with the whole allowance nothing needs to be known. */
  #sweep(now: number): void {
    for (const [userId, allowance] of this.#users) {
      const isWhole = this.#leftAt(allowance, now) >= this.#limits.perMinute;
      if (isWhole && allowance.running === 0) this.#users.delete(userId);
    }
  }

  async #refuse(seconds: number): Promise<never> {
    await pause(this.#pace.hold(performance.now(), Math.random()));
    const detail = `Too many changes of keys by this user. Try again in ${seconds} seconds.`;
    throw new HttpProblem(429, detail, {
      type: problemType('too_many_changes'),
      headers: { 'retry-after': String(seconds) },
    });
  }
}
