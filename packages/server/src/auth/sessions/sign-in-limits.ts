import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from 'keystamp/database';
import { siteOf } from '../../http/client-network.js';
import { RefusalPace, type RefusalPaceLimits } from '../../http/refusal-pace.js';
import { ShortMemory } from '../../http/short-memory.js';
import type { AccessOutcome } from '../../rules/access-outcome.js';
import { Refusal } from '../../rules/refusal.js';
import {
  type CountedAttempt,
  countSignInAttempt,
  type SignInSubject,
} from '../../sql/count-sign-in-attempt.js';
import { forgiveSignInAttempt } from '../../sql/forgive-sign-in-attempt.js';
import { MutexByKey } from './mutex-by-key.js';

/**
 * Failures in a window of 15 minutes. The account counts together with the address, so nobody elsewhere locks its
 * owner out. After `perAddress` failures no stranger there signs in until the window ends, by the right password
 * neither, because to try it would be to let guessing go on. A browser that signed in to the account before counts
 * by itself, so nobody else at the address can keep it out. Sessions that began go on.
 */
export interface SignInLimits extends RefusalPaceLimits {
  /** From this failure of an account at an address on, the answer is held back. */
  readonly slowFrom: number;
  /** The first hold; it doubles with each failure, up to `longestHoldMs`. */
  readonly holdMs: number;
  readonly longestHoldMs: number;
  /** Beyond these an attempt is refused. */
  readonly perAccountAndAddress: number;
  readonly perAddress: number;
  /** As `perAddress`, for all /64 networks of an IPv6 /48 together. */
  readonly perSite: number;
  /** How long a refusal is remembered here: meanwhile it costs no statement. */
  readonly refusedForMs: number;
}

export const SIGN_IN_LIMITS: SignInLimits = {
  slowFrom: 4,
  holdMs: 250,
  longestHoldMs: 2_000,
  perAccountAndAddress: 10,
  perAddress: 100,
  perSite: 400,
  refusedForMs: 5_000,
  refusalHoldMs: 1_500,
  refusalGapMs: 3,
  longestRefusalHoldMs: 15_000,
};

const MAX_REMEMBERED = 10_000;

/** An attempt that was counted as failed before it is judged. */
export interface SignInAttempt {
  /** It succeeded: it does not count, and the count of this account and address starts at zero. */
  forgive(): Promise<void>;
}

export interface AttemptFrom {
  /** An address or an id as it was given. */
  readonly account: string;
  /** The user it is of, for the audit; null: nobody's. */
  readonly userId: string | null;
  readonly network: string;
  /** The name of a browser that the account knows; null: a stranger. */
  readonly browser: string | null;
}

/** What an attempt is counted by, and how many failures of it are too many. */
interface Counter {
  readonly subject: SignInSubject;
  readonly limit: number;
  /** As what a refusal is counted. */
  readonly outcome: AccessOutcome;
  /** Null: nobody's. */
  readonly userId: string | null;
}

/** Counts attempts in the database, and remembers for a moment who was refused. */
export class SignInAttempts {
  readonly #database: Database;
  readonly #limits: SignInLimits;
  /** When the windows of what was refused end, by the monotonic clock. */
  readonly #refused = new ShortMemory<number>(MAX_REMEMBERED);
  readonly #turns = new MutexByKey();
  readonly #pace: RefusalPace;

  constructor(database: Database, limits: SignInLimits) {
    this.#database = database;
    this.#limits = limits;
    this.#pace = new RefusalPace(limits);
  }

  /** Counts an attempt; holds it back or refuses it once there were too many. */
  async begin(from: AttemptFrom): Promise<SignInAttempt> {
    const counters = this.#countersOf(from);
    const lane = keyOf((counters[0] as Counter).subject);
    // One after the other: of many at once each would wait for the same row, with a connection of its own.
    const counted = await this.#holdRefusal(() =>
      this.#turns.run(lane, () => this.#countAll(counters)),
    );
    const ofAccount = counted.at(-1) as CountedAttempt;
    await pause(holdOf(this.#limits, ofAccount.failures));
    const toTakeBack = counted.slice(0, -1).map(({ subject }) => subject);
    return {
      forgive: async () => {
        for (const { subject } of counters) this.#refused.delete(keyOf(subject));
        await forgiveSignInAttempt(this.#database, ofAccount.subject, toTakeBack);
      },
    };
  }

  /** Refuses a stranger of a network that was refused a moment ago. */
  async rejectNetwork(network: string): Promise<void> {
    const counters = this.#networksOf(network);
    await this.#holdRefusal(async () => this.#rejectRemembered(counters));
  }

  /** The account, or the browser, is the last. */
  #countersOf({ account, network, browser, userId }: AttemptFrom): readonly Counter[] {
    const limit = this.#limits.perAccountAndAddress;
    const rest = { limit, outcome: 'sign_in_locked', userId } as const;
    return browser === null
      ? [...this.#networksOf(network), { subject: { by: 'account', network, account }, ...rest }]
      : [{ subject: { by: 'browser', browser, account }, ...rest }];
  }

  /** An IPv6 address counts under its /64 and its /48: a customer with many /64s has one /48. */
  #networksOf(network: string): readonly Counter[] {
    const site = siteOf(network);
    const { perAddress, perSite } = this.#limits;
    const counter = (name: string, limit: number): Counter => ({
      subject: { by: 'network', network: name },
      limit,
      outcome: 'network_refused',
      userId: null,
    });
    const own = counter(network, perAddress);
    return site === null ? [own] : [own, counter(site, perSite)];
  }

  async #countAll(counters: readonly Counter[]): Promise<CountedAttempt[]> {
    this.#rejectRemembered(counters);
    const all: CountedAttempt[] = [];
    for (const counter of counters) {
      const counted = await countSignInAttempt(this.#database, counter.subject);
      if (counted.failures > counter.limit) throw this.#remember(counter, counted.secondsLeft);
      all.push(counted);
    }
    return all;
  }

  #remember(counter: Counter, secondsLeft: number): Refusal {
    const forMs = Math.min(secondsLeft * 1_000, this.#limits.refusedForMs);
    this.#refused.set(keyOf(counter.subject), performance.now() + secondsLeft * 1_000, forMs);
    return tooMany(counter, secondsLeft);
  }

  #rejectRemembered(counters: readonly Counter[]): void {
    for (const counter of counters) {
      const until = this.#refused.get(keyOf(counter.subject));
      if (until === undefined) continue;
      throw tooMany(counter, Math.max(1, Math.ceil((until - performance.now()) / 1_000)));
    }
  }

  async #holdRefusal<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Refusal) await pause(this.#pace.hold(performance.now(), Math.random()));
      throw error;
    }
  }
}

function keyOf(subject: SignInSubject): string {
  return JSON.stringify(Object.values(subject));
}

function tooMany({ outcome, userId }: Counter, secondsLeft: number): Refusal {
  const message = `Too many failed sign-ins. Try again in ${secondsLeft} seconds.`;
  const refusal = new Refusal('too_many_sign_ins', message, { retryAfterSeconds: secondsLeft });
  return refusal.countedAs(outcome, userId);
}

/** How long the answer to the n-th failure is held back, in ms. */
export function holdOf(limits: SignInLimits, failures: number): number {
  if (failures < limits.slowFrom) return 0;
  return Math.min(limits.holdMs * 2 ** (failures - limits.slowFrom), limits.longestHoldMs);
}
