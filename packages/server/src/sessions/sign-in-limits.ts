import { setTimeout as pause } from 'node:timers/promises';
import type { Executor } from 'keystamp';
import type { AccessOutcome } from '../audit/access-events.js';
import { HttpProblem } from '../problem.js';
import { type CountedAttempt, countSignInAttempt } from '../sql/count-sign-in-attempt.js';
import { forgiveSignInAttempt } from '../sql/forgive-sign-in-attempt.js';
import { siteOf } from './client-network.js';

/**
 * Failures in a window of 15 minutes. The account counts together with the address, so nobody elsewhere locks its
 * owner out. After `perAddress` failures no stranger there signs in until the window ends, by the right password
 * neither, because to try it would be to let guessing go on. A browser that signed in to the account before counts
 * by itself, so nobody else at the address can keep it out. Sessions that began go on.
 */
export interface SignInLimits {
  /** From this failure of an account at an address on, the answer is held back. */
  readonly slowFrom: number;
  /** The first hold; it doubles with each failure, up to `longestHoldMs`. */
  readonly holdMs: number;
  readonly longestHoldMs: number;
  /** Beyond these the answer is 429. */
  readonly perAccountAndAddress: number;
  readonly perAddress: number;
  /** As `perAddress`, for all /64 networks of an IPv6 /48 together. */
  readonly perSite: number;
}

export const SIGN_IN_LIMITS: SignInLimits = {
  slowFrom: 4,
  holdMs: 250,
  longestHoldMs: 2_000,
  perAccountAndAddress: 10,
  perAddress: 100,
  perSite: 400,
};

/** An attempt that was counted as failed before it is judged. */
export interface SignInAttempt {
  /** It succeeded: it does not count, and the account starts anew at this address. */
  forgive(): Promise<void>;
}

interface AttemptFrom {
  /** An address or an id as it was given. */
  readonly account: string;
  /** The user it is of, for the audit; null: nobody's. */
  readonly userId: string | null;
  readonly network: string;
  /** The name of a browser that the account knows; null: a stranger. */
  readonly browser: string | null;
}

/** Counts an attempt; holds it back or refuses it with 429 once there were too many. */
export async function beginSignInAttempt(
  executor: Executor,
  limits: SignInLimits,
  from: AttemptFrom,
): Promise<SignInAttempt> {
  const { account, network, browser } = from;
  const ofNetworks = browser === null ? await countOfNetworks(executor, limits, network) : [];
  const ofAccount = await countSignInAttempt(
    executor,
    browser === null ? { by: 'account', network, account } : { by: 'browser', browser, account },
  );
  refuseBeyond(limits.perAccountAndAddress, ofAccount, 'sign_in_locked', from.userId);
  await pause(holdOf(limits, ofAccount.failures));
  const toTakeBack = ofNetworks.map(({ subject }) => subject);
  return { forgive: () => forgiveSignInAttempt(executor, ofAccount.subject, toTakeBack) };
}

/** An IPv6 address counts under its /64 and its /48: whoever has many of the first has one of the second. */
async function countOfNetworks(
  executor: Executor,
  limits: SignInLimits,
  network: string,
): Promise<CountedAttempt[]> {
  const site = siteOf(network);
  const counted = [await countSignInAttempt(executor, { by: 'network', network })];
  refuseBeyond(limits.perAddress, counted[0] as CountedAttempt, 'network_refused');
  if (site === null) return counted;
  const ofSite = await countSignInAttempt(executor, { by: 'network', network: site });
  refuseBeyond(limits.perSite, ofSite, 'network_refused');
  return [...counted, ofSite];
}

function refuseBeyond(
  limit: number,
  { failures, secondsLeft }: CountedAttempt,
  outcome: AccessOutcome,
  userId: string | null = null,
): void {
  if (failures <= limit) return;
  const detail = `Too many failed sign-ins. Try again in ${secondsLeft} seconds.`;
  const headers = { 'retry-after': String(secondsLeft) };
  throw new HttpProblem(429, detail, { headers }).countedAs(outcome, userId);
}

/** How long the answer to the n-th failure is held back, in ms. */
export function holdOf(limits: SignInLimits, failures: number): number {
  if (failures < limits.slowFrom) return 0;
  return Math.min(limits.holdMs * 2 ** (failures - limits.slowFrom), limits.longestHoldMs);
}
