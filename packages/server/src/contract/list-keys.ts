import {
  API_KEY_STATUSES,
  DAYS_EXPECTED,
  DAYS_PATTERN,
  DEFAULT_LIST_LIMIT,
  LIST_ORDERS,
  LIST_SORTS,
  MAX_LIST_LIMIT,
  MAX_METADATA_VALUE_LENGTH,
  MAX_SCOPE_LENGTH,
  MAX_SEARCH_LENGTH,
  METADATA_VALUE_EXPECTED,
  METADATA_VALUE_PATTERN,
  SCOPE_EXPECTED,
  SCOPE_PATTERN,
} from 'keystamp/rules';
import { type Static, Type } from 'typebox';
import { ApiKeyInfo } from './api-key-info.js';
import { EXAMPLE_AS_OF, EXAMPLE_KEY } from './examples.js';
import { AsOf, Timestamp, UserId } from './field-types.js';
import { Nullable } from './nullable.js';
import { oneOf } from './one-of.js';

export const ListSort = Type.Enum([...LIST_SORTS], {
  title: 'ListSort',
  description: oneOf(LIST_SORTS),
  examples: ['created_at'],
});
export const ListOrder = Type.Enum([...LIST_ORDERS], {
  title: 'ListOrder',
  description: oneOf(LIST_ORDERS),
  examples: ['asc'],
});

/** `metadata.<name>=<value>`: keys whose metadata hold the pair. */
export const METADATA_FILTER = '^metadata\\.[A-Za-z0-9_.-]{1,40}$';

/** Query of `GET /api/api-keys`. */
export const ListApiKeysQuery = Type.Object(
  {
    /** Left out: the caller's own keys. A user's id or `all` is for administrators. */
    user: Type.Optional(
      Type.String({
        ...UserId,
        description: 'all, or the id of a user; left out: your own keys',
        examples: ['all'],
      }),
    ),
    sort: Type.Optional(ListSort),
    order: Type.Optional(ListOrder),
    /** Part of a name, an address, a scope or a key prefix, or a prefix with more of the key. Never a whole key. */
    q: Type.Optional(
      Type.String({
        maxLength: MAX_SEARCH_LENGTH,
        pattern: '^[^\\p{Cc}\\p{Cs}]*$',
        description: 'part of a name, an address, a scope or a key prefix, at most 200 characters',
        examples: ['report'],
      }),
    ),
    status: Type.Optional(
      Type.Enum([...API_KEY_STATUSES], {
        title: 'ApiKeyStatus',
        description: oneOf(API_KEY_STATUSES),
        examples: ['active'],
      }),
    ),
    /** Active keys that were not used for so long. */
    unused_for: Type.Optional(
      Type.String({
        pattern: DAYS_PATTERN.source,
        description: DAYS_EXPECTED,
        examples: ['90d'],
      }),
    ),
    /** Active keys that expire within so long, or never. */
    expires_within: Type.Optional(
      Type.String({
        pattern: DAYS_PATTERN.source,
        description: DAYS_EXPECTED,
        examples: ['90d'],
      }),
    ),
    /** Keys that name this scope. */
    scope: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: MAX_SCOPE_LENGTH,
        pattern: SCOPE_PATTERN.source,
        description: SCOPE_EXPECTED,
        examples: ['orders:read'],
      }),
    ),
    key_hash: Type.Optional(
      Type.String({
        pattern: '^[0-9A-Fa-f]{64}$',
        description: 'the SHA-256 of a whole key as 64 hexadecimal digits',
        examples: ['9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
      }),
    ),
    /** Also count all that match. */
    count: Type.Optional(Type.Boolean({ description: 'true or false', examples: [true] })),
    /** Also count what the common filters would find. */
    counts: Type.Optional(Type.Boolean({ description: 'true or false', examples: [true] })),
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MAX_LIST_LIMIT,
        default: DEFAULT_LIST_LIMIT,
        description: 'a whole number from 1 to 1,000',
        examples: [100],
      }),
    ),
    cursor: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 4096,
        pattern: '^[A-Za-z0-9_-]*$',
        description:
          'next_cursor of the page before, with the same query otherwise. To read all pages, sort by created_at: a key that is used moves in the order by last_used_at, and may be missing or come twice',
        examples: ['eyJzb3J0IjoiY3JlYXRlZF9hdCJ9'],
      }),
    ),
  },
  {
    additionalProperties: false,
    patternProperties: {
      [METADATA_FILTER]: Type.String({
        maxLength: MAX_METADATA_VALUE_LENGTH,
        pattern: METADATA_VALUE_PATTERN.source,
        description: METADATA_VALUE_EXPECTED,
      }),
    },
  },
);

/** What no list of parameters can say, for the document. */
export const METADATA_FILTER_TEXT =
  'With `metadata.<name>=<value>`, once or several times, only keys whose metadata hold all of these pairs: `?metadata.team=billing`.';

/**
 * How many keys the filter of each name would find: `unused_for_90d` is for `unused_for=90d`. Of the query only `user`, `q`,
 * `scope`, `key_hash` and metadata count here. Of many keys a part is counted; `is_estimate` says so.
 */
export const KeyCounts = Type.Object(
  {
    unused_for_30d: Type.Integer(),
    unused_for_90d: Type.Integer(),
    unused_for_365d: Type.Integer(),
    unused_for_never: Type.Integer(),
    expires_within_30d: Type.Integer(),
    expires_within_never: Type.Integer(),
    status_disabled: Type.Integer(),
    is_estimate: Type.Boolean({
      description:
        'True: there are so many keys that a part was counted. The numbers have two digits then, and 0 means few or none.',
    }),
  },
  { title: 'KeyCounts' },
);
export type KeyCounts = Static<typeof KeyCounts>;

/** One page of keys. `count` and `counts` are null unless asked for. `next_cursor` is null on the last page. */
export const ListedApiKeys = Type.Object(
  {
    api_keys: Type.Array(ApiKeyInfo),
    next_cursor: Nullable(Type.String()),
    /** From then on each use is recorded: the begin of the recording, or `restored_at`. */
    tracking_since: Timestamp,
    /** When a backup was restored; a `last_used_at` before it may not be the last use. Null: none was. */
    restored_at: Nullable(Timestamp),
    as_of: AsOf,
    count: Nullable(Type.Integer()),
    counts: Nullable(KeyCounts),
  },
  {
    title: 'ListedApiKeys',
    examples: [
      {
        api_keys: [EXAMPLE_KEY],
        next_cursor: null,
        tracking_since: '2026-01-05T09:00:00.000Z',
        restored_at: null,
        as_of: EXAMPLE_AS_OF,
        count: null,
        counts: null,
      },
    ],
  },
);

export type ListSort = Static<typeof ListSort>;
export type ListOrder = Static<typeof ListOrder>;
export type ListApiKeysQuery = Static<typeof ListApiKeysQuery>;
export type ListedApiKeys = Static<typeof ListedApiKeys>;
