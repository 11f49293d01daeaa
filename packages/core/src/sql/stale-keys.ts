import { isActiveSql } from '../model/status.js';

/** After so many days a key counts as stale: unused, or disabled. Null: no such rule. */
export interface StaleAfter {
  readonly unusedDays: number | null;
  readonly disabledDays: number | null;
}

const daysAgo = (param: string) =>
  `pg_catalog.clock_timestamp() - ${param}::float8 * interval '24 hours'`;

/**
 * Where no use is recorded, the key's age counts, but not from before uses were recorded at all. Any key may have been used
 * until a backup was restored.
 */
export const unusedForSql = (daysParam: string, usedAt = 'k.last_used_at') =>
  `greatest(coalesce(${usedAt}, greatest(k.created_at, (select since from keystamp.tracking))),
      (select restored_at from keystamp.tracking)) < ${daysAgo(daysParam)}`;

/** Somebody switched it on again within the days: it may wait for its first use since. Asked last, of what is unused. */
const wasEnabledWithinSql = (daysParam: string) =>
  `exists (select from keystamp.key_events e
      where e.key_id = k.id and e.kind = 'enabled' and e.at >= ${daysAgo(daysParam)})`;

/**
 * Active and unused, or disabled and not revoked yet, for so many days. A key that was enabled counts as unused from then on.
 * Without either number of days: no key.
 */
export const isStaleSql = (unusedParam: string, disabledParam: string, usedAt?: string) =>
  `coalesce(${unusedForSql(unusedParam, usedAt)} and not ${wasEnabledWithinSql(unusedParam)}
      and (select ${isActiveSql} from keystamp.users u where u.id = k.user_id), false)
    or coalesce(k.revoked_at is null and k.disabled_at < ${daysAgo(disabledParam)}, false)`;

/** The metadata of the key says that no policy may stop it yet. */
export const isKeptSql = `coalesce(keystamp.keep_until(k.metadata) > pg_catalog.clock_timestamp(), false)`;
