import type { LIST_SORTS } from '../rules/index.js';
import type { ApiKeyStatus } from './status.js';
import type { UserApiKey } from './user-api-key.js';

export type ListSort = (typeof LIST_SORTS)[number];

export interface ListQuery {
  /** Only this user's keys; left out: everybody's. Not undefined, as in `Ownership`. */
  userId?: string;
  /** Default `last_used_at`. */
  sort?: ListSort | undefined;
  /** Default `desc` for times, `asc` for `name`. Nulls come last either way. */
  order?: 'asc' | 'desc' | undefined;
  /**
   * Part of a name, an address, a scope or a key prefix; letters' case does not count. Or a key prefix with more of the key after
   * it, as it is. At most 200 characters, and nothing that may be a whole key: its prefix will do.
   */
  q?: string | undefined;
  status?: ApiKeyStatus | undefined;
  /** Active keys whose last use (creation or begin of tracking, where null; a restore, where that is later) is over so many days ago; `never`: active keys without a recorded use. */
  unusedFor?: number | 'never' | undefined;
  /** Active keys that expire within so many days; `never`: active keys that do not expire. */
  expiresWithin?: number | 'never' | undefined;
  /** Keys that name this scope. One without scopes names none, and may do whatever its user may. */
  scope?: string | undefined;
  /** Keys whose metadata hold all these pairs. */
  metadata?: Readonly<Record<string, string>> | undefined;
  /** SHA-256 of a whole key. */
  keyHash?: Uint8Array | undefined;
  /** Also count all that match. Default false. */
  count?: boolean | undefined;
  /** Also count what the filters that are asked for most would find, each by itself. Default false. */
  counts?: boolean | undefined;
  /** 1 to 1,000. Default 50. */
  limit?: number | undefined;
  /**
   * `nextCursor` of the page before, with the same query otherwise. Between two pages a key that is used moves in the order by
   * last use, and may be missing or come twice. Sort by `created_at`, or use `listAllApiKeys`, to get each key once.
   */
  cursor?: string | undefined;
}

export interface ListedApiKeys {
  readonly keys: UserApiKey[];
  /** Null: this is the last page. */
  readonly nextCursor: string | null;
  /** From then on each use is recorded: when this database began to record uses, or the restore of a backup (`restoredAt`). */
  readonly trackingSince: Date;
  /** When a backup was restored, as booked by `bookRestore`; null: none was. A last use before it may not be the last one. */
  readonly restoredAt: Date | null;
  /** All that match, over all pages; null unless asked for. */
  readonly count: number | null;
  /** What the common filters would find; null unless asked for. */
  readonly counts: KeyCounts | null;
}

/**
 * How many keys the common filters would find, each by itself: the name says which. Of the query only `userId`, `q`, `scope`,
 * `metadata` and `keyHash` count here.
 */
export interface KeyCounts {
  readonly unusedFor30d: number;
  readonly unusedFor90d: number;
  readonly unusedFor365d: number;
  readonly unusedForNever: number;
  readonly expiresWithin30d: number;
  readonly expiresWithinNever: number;
  readonly statusDisabled: number;
  /** True: there are so many keys that a part was counted. The numbers have two digits then, and 0 means few or none. */
  readonly isEstimate: boolean;
}

/** What `listAllApiKeys` takes: as a query of pages, without pages. `limit`: 1 to 1,000,000,000. Default: all that match. */
export type ListAllQuery = Omit<ListQuery, 'count' | 'counts' | 'cursor'>;

export interface AllApiKeys {
  readonly keys: UserApiKey[];
  /** True: more keys match than `limit`. */
  readonly hasMore: boolean;
  /** As in a page. */
  readonly trackingSince: Date;
  readonly restoredAt: Date | null;
}
