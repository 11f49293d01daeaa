/** Revoked wins over expired, expired over disabled, disabled over the user's deactivation. */
export type ApiKeyStatus = 'active' | 'disabled' | 'expired' | 'revoked' | 'user_inactive';

/** What of a key and its user decides the status; times in milliseconds of the database's clock. */
export interface StatusFacts {
  readonly revokedAtMs: number | null;
  readonly expiresAtMs: number | null;
  readonly isDisabled: boolean;
  readonly userIsActive: boolean;
}

/**
 * The one rule of a key's status. `nowMs` is the database's clock in epoch milliseconds.
 * Expired is `expires_at <= now`; it is never stored.
 */
export function statusOf(facts: StatusFacts, nowMs: number): ApiKeyStatus {
  if (facts.revokedAtMs !== null) return 'revoked';
  if (facts.expiresAtMs !== null && facts.expiresAtMs <= nowMs) return 'expired';
  if (facts.isDisabled) return 'disabled';
  return facts.userIsActive ? 'active' : 'user_inactive';
}

/**
 * The same rule in SQL, beside it so that neither changes alone (a test holds one against the
 * other). `k` is `keystamp.api_keys`, `u` is `keystamp.users`.
 */
export const statusSql = `case
    when k.revoked_at is not null then 'revoked'
    when k.expires_at <= pg_catalog.clock_timestamp() then 'expired'
    when k.disabled_at is not null then 'disabled'
    when u.is_active then 'active'
    else 'user_inactive'
  end`;

/** Where only `active` is asked for. The planner knows how many rows these conditions leave; of the case above it does not. */
export const isActiveSql = `(k.revoked_at is null and k.disabled_at is null
    and (k.expires_at is null or k.expires_at > pg_catalog.clock_timestamp()) and u.is_active)`;
