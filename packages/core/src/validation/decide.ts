import { type StatusFacts, statusOf } from '../model/status.js';
import type { KeyUser, UserApiKey } from '../model/user-api-key.js';

/** Refusals that reveal nothing about any key: the caller has not proved a secret. */
export type StrangerReason = 'malformed' | 'unknown';
/** Refusals of a key whose secret was proved. */
export type KnownReason =
  | 'revoked'
  | 'expired'
  | 'disabled'
  | 'user_inactive'
  | 'insufficient_scope';
export type RefusalReason = StrangerReason | KnownReason;

/** The answer of a validation. A refusal is a value, never thrown. */
export type Validation =
  | { readonly valid: true; readonly key: UserApiKey; readonly user: KeyUser }
  | { readonly valid: false; readonly reason: StrangerReason }
  | {
      readonly valid: false;
      readonly reason: KnownReason;
      readonly key: UserApiKey;
      readonly user: KeyUser;
    };

/** What decides about a key whose secret was proved. */
export interface DecidingFacts extends StatusFacts {
  readonly scopes: readonly string[];
  readonly userIsAdmin: boolean;
}

export const NO_SCOPES: readonly string[] = [];

/** What is known of the text that came: not a key by its shape, no key of ours, or this one. */
export type Presented = 'malformed' | 'unknown' | DecidingFacts;

/**
 * May this key act now? Shape, possession, status, scope, in this order, on every path. Null: it may.
 * `nowMs` is the database's clock in epoch milliseconds. `adminScopes`: those that a key has only if it names them and its
 * user is an administrator.
 */
export function decide(
  presented: Presented,
  neededScopes: readonly string[],
  nowMs: number,
  adminScopes: readonly string[] = NO_SCOPES,
): RefusalReason | null {
  if (typeof presented === 'string') return presented;
  const status = statusOf(presented, nowMs);
  if (status !== 'active') return status;
  if (!hasScopes(presented.scopes, neededScopes)) return 'insufficient_scope';
  const isHeld = adminScopes.length === 0 || hasAdminScopes(presented, neededScopes, adminScopes);
  return isHeld ? null : 'insufficient_scope';
}

/** Whether a refusal still was a successful authentication: the key is good, it only may not do this. */
export function isUse(reason: RefusalReason | null): boolean {
  return reason === null || reason === 'insufficient_scope';
}

/** A key without scopes may do whatever its user may. */
function hasScopes(held: readonly string[], needed: readonly string[]): boolean {
  return held.length === 0 || needed.every((scope) => held.includes(scope));
}

/** Small functions: V8 inlines them where a known key is judged, and then allocates nothing for its times. */
function hasAdminScopes(
  { scopes, userIsAdmin }: DecidingFacts,
  needed: readonly string[],
  adminScopes: readonly string[],
): boolean {
  return needed.every(
    (scope) => !adminScopes.includes(scope) || (userIsAdmin && scopes.includes(scope)),
  );
}
