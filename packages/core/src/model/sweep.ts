import type { ActorInput } from './actor.js';
import type { UserApiKey } from './user-api-key.js';

/** Which keys a sweep stops. At least one number of days is needed; each is a whole number from 1 to 36,500. */
export interface SweepPolicy {
  /** Disables active keys that were not used for so many days, as `unusedFor` of a list counts them. */
  disableUnused?: number | undefined;
  /** Revokes active keys that were not used for so many days. It goes before `disableUnused`. */
  revokeUnused?: number | undefined;
  /** Revokes keys that have been disabled for so many days. */
  revokeDisabled?: number | undefined;
  /** Only this user's keys; left out: everybody's. Not undefined, as in `Ownership`. */
  userId?: string;
  /** True: nothing changes, and the answer says what would. Default false. */
  dryRun?: boolean | undefined;
  /** As of every change. */
  actor?: ActorInput | undefined;
  /** Gets the keys of each piece, at most 1,000, before the next one begins: all of them may be too many for memory. */
  onKeys?: ((keys: readonly SweptApiKey[]) => void | Promise<void>) | undefined;
}

/**
 * What a sweep did with a key.
 *
 * - `disabled`, `revoked`: it stopped the key; in a dry run it would.
 * - `kept`: the metadata `keep-until` spares the key.
 * - `used_meanwhile`: the key was used since it was looked at.
 * - `changed_meanwhile`: somebody changed the key since it was looked at, such as enabled or deleted it.
 */
export type SweepOutcome = 'disabled' | 'revoked' | 'kept' | 'used_meanwhile' | 'changed_meanwhile';

export interface SweptApiKey {
  /** As it was before. */
  readonly key: UserApiKey;
  readonly outcome: SweepOutcome;
}

/** How many keys had which outcome. */
export interface SweepResult {
  readonly disabled: number;
  readonly revoked: number;
  readonly kept: number;
  readonly usedMeanwhile: number;
  readonly changedMeanwhile: number;
}
