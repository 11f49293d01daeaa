/** What a list of keys can be asked for. */
export const API_KEY_STATUSES = [
  'active',
  'disabled',
  'expired',
  'revoked',
  'user_inactive',
] as const;
export const LIST_SORTS = ['last_used_at', 'created_at', 'name', 'expires_at'] as const;
export const LIST_ORDERS = ['asc', 'desc'] as const;
/** Keys of one page. */
export const MAX_LIST_LIMIT = 1_000;
export const DEFAULT_LIST_LIMIT = 50;
/** Events of one page, and how many where nothing is said. */
export const MAX_EVENTS_LIMIT = 1_000;
export const DEFAULT_EVENTS_LIMIT = 50;
/** Keys whose newest events are asked for at once. */
export const MAX_NEWEST_OF = 100;
/** Keys that are found by the first characters of an id or of a prefix, and how many characters that takes. */
export const MAX_FOUND_KEYS = 10;
export const MIN_BEGINNING_LENGTH = 4;
/** Characters of a search. */
export const MAX_SEARCH_LENGTH = 200;
/** Keys of one call that revokes or imports many. */
export const MAX_BULK = 1_000;
