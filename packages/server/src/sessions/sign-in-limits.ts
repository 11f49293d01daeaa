import { setTimeout as pause } from 'node:timers/promises';
import type { Executor } from 'keystamp';
import { HttpProblem } from '../problem.js';
import { type CountedAttempt, countSignInAttempt } from '../sql/count-sign-in-attempt.js';
import { forgiveSignInAttempt } from '../sql/forgive-sign-in-attempt.js';

/**
 * Failures in a window of 15 minutes. The account counts together with the address, so nobody elsewhere locks its
 * owner out. Whoever shares the address can: after `perAddress` failures nobody there signs in until the window ends,
 * by the right password neither, because to try it would be to let guessing go on. Sessions that began go on.
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
}

export const SIGN_IN_LIMITS: SignInLimits = {
  slowFrom: 4,
  holdMs: 250,
  longestHoldMs: 2_000,
  perAccountAndAddress: 10,
  perAddress: 100,
};

/** An attempt that was counted as failed before it is judged. */
export interface SignInAttempt {
  /** It succeeded: it does not count, and the account starts anew at this address. */
  forgive(): Promise<void>;
}

/** Counts an attempt; holds it back or refuses it with 429 once there were too many. */
export async function beginSignInAttempt(
  executor: Executor,
  limits: SignInLimits,
  account: string,
  network: string,
): Promise<SignInAttempt> {
  const ofNetwork = await countSignInAttempt(executor, { network, account: null });
  refuseBeyond(limits.perAddress, ofNetwork);
  const ofAccount = await countSignInAttempt(executor, { network, account });
  refuseBeyond(limits.perAccountAndAddress, ofAccount);
  await pause(holdOf(limits, ofAccount.failures));
  return { forgive: () => forgiveSignInAttempt(executor, ofAccount.subject, ofNetwork.subject) };
}

function refuseBeyond(limit: number, { failures, secondsLeft }: CountedAttempt): void {
  if (failures <= limit) return;
  throw new HttpProblem(429, `Too many failed sign-ins. Try again in ${secondsLeft} seconds.`, {
    headers: { 'retry-after': String(secondsLeft) },
  });
}

/** How long the answer to the n-th failure is held back, in ms. */
export function holdOf(limits: SignInLimits, failures: number): number {
  if (failures < limits.slowFrom) return 0;
  return Math.min(limits.holdMs * 2 ** (failures - limits.slowFrom), limits.longestHoldMs);
}
