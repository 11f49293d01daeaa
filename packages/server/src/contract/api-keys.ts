import {
  API_KEY_STATUSES,
  DAYS_EXPECTED,
  DAYS_PATTERN,
  DEFAULT_LIST_LIMIT,
  LIST_ORDERS,
  LIST_SORTS,
  MAX_BULK,
  MAX_GRACE_SECONDS,
  MAX_LIST_LIMIT,
  MAX_SCOPE_LENGTH,
  MAX_SCOPES,
  MAX_SEARCH_LENGTH,
  SCOPE_EXPECTED,
  SCOPE_PATTERN,
} from 'keystamp/rules';
import { type Static, Type } from 'typebox';
import { AsOf, DisplayName, NewUserId, Timestamp, UserId } from './field-types.js';
import { Nullable } from './nullable.js';

const EMPTY_SCOPES =
  'Empty: whatever its user may do. Introspection names no scope then, unless the resource server sends those that it knows.';

/** The scope that a key needs to introspect and revoke tokens; administrators grant it. */
export const INTROSPECT_SCOPE = 'introspect';
/** List and get keys. */
export const READ_SCOPE = 'keystamp:read';
/** Rename, revoke and delete keys. */
export const WRITE_SCOPE = 'keystamp:write';

export const ApiKeyStatus = Type.Enum([...API_KEY_STATUSES], { title: 'ApiKeyStatus' });

/** A key as it goes over the wire. Never the key itself, never its hash. */
export const ApiKeyInfo = Type.Object(
  {
    id: Type.String({ format: 'uuid', examples: ['5f0c7a52-8a3e-4c1b-9d3e-2b1f6a7c8d90'] }),
    user_id: Type.String({ examples: ['ada'] }),
    user_email: Nullable(Type.String({ examples: ['ada@example.com'] })),
    name: Type.String({ examples: ['Nightly report'] }),
    key_prefix: Type.String({
      description: 'The first characters, for eyes and search only.',
      examples: ['ks_7Hq2Lm'],
    }),
    scopes: Type.Array(Type.String(), {
      description: EMPTY_SCOPES,
      examples: [['orders:read']],
    }),
    status: ApiKeyStatus,
    is_active: Type.Boolean({ description: 'Whether `status` is `active`.' }),
    created_at: Timestamp,
    expires_at: Nullable(Timestamp),
    revoked_at: Nullable(Timestamp),
    last_used_at: Nullable(
      Type.String({
        format: 'date-time',
        description:
          'The exact time of the last successful authentication; null: none is recorded since `tracking_since`.',
      }),
    ),
  },
  { title: 'ApiKeyInfo' },
);

/** A key and, once, its full string. */
export const IssuedApiKey = Type.Object(
  {
    api_key: Type.String({
      description: 'Shown once: it cannot be had again.',
      examples: ['ks_7Hq2Lm… (56 characters)'],
    }),
    info: ApiKeyInfo,
    as_of: AsOf,
  },
  { title: 'IssuedApiKey' },
);

/** The key after a change. */
export const ApiKeyAnswer = Type.Object(
  { info: ApiKeyInfo, as_of: AsOf },
  { title: 'ApiKeyAnswer' },
);

/** Only the plain form: the format `uuid` would pass `urn:uuid:` too, which PostgreSQL does not take. */
const KeyId = Type.String({
  pattern: '^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$',
  description: 'the UUID of a key',
});

/** Path of one key. */
export const ApiKeyParams = Type.Object({ id: KeyId }, { additionalProperties: false });

export const ListSort = Type.Enum([...LIST_SORTS], { description: oneOf(LIST_SORTS) });
export const ListOrder = Type.Enum([...LIST_ORDERS], { description: oneOf(LIST_ORDERS) });

/** Query of `GET /api/api-keys`. */
export const ListApiKeysQuery = Type.Object(
  {
    /** Left out: the caller's own keys. A user's id or `all` is for administrators. */
    user: Type.Optional(
      Type.String({ ...UserId, description: 'all, or the id of a user; left out: your own keys' }),
    ),
    sort: Type.Optional(ListSort),
    order: Type.Optional(ListOrder),
    /** Part of a name, an address or a key prefix. Never a whole key. */
    q: Type.Optional(
      Type.String({
        maxLength: MAX_SEARCH_LENGTH,
        pattern: '^[^\\p{Cc}\\p{Cs}]*$',
        description: 'part of a name, an address or a key prefix, at most 200 characters',
      }),
    ),
    status: Type.Optional(
      Type.Enum([...API_KEY_STATUSES], { description: oneOf(API_KEY_STATUSES) }),
    ),
    /** Active keys that were not used for so long. */
    unused_for: Type.Optional(
      Type.String({
        pattern: DAYS_PATTERN.source,
        description: DAYS_EXPECTED,
      }),
    ),
    key_hash: Type.Optional(
      Type.String({
        pattern: '^[0-9A-Fa-f]{64}$',
        description: 'the SHA-256 of a whole key as 64 hexadecimal digits',
      }),
    ),
    /** Also count all that match. */
    count: Type.Optional(Type.Boolean({ description: 'true or false' })),
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MAX_LIST_LIMIT,
        default: DEFAULT_LIST_LIMIT,
        description: 'a whole number from 1 to 1,000',
      }),
    ),
    cursor: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 4096,
        pattern: '^[A-Za-z0-9_-]*$',
        description:
          'next_cursor of the page before, with the same query otherwise. To read all pages, sort by created_at: a key that is used moves in the order by last_used_at, and may be missing or come twice',
      }),
    ),
  },
  { additionalProperties: false },
);

/** One page of keys. `count` is null unless it was asked for, `next_cursor` on the last page. */
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
  },
  { title: 'ListedApiKeys' },
);

const Scopes = Type.Array(
  Type.String({
    minLength: 1,
    maxLength: MAX_SCOPE_LENGTH,
    pattern: SCOPE_PATTERN.source,
    description: SCOPE_EXPECTED,
  }),
  {
    maxItems: MAX_SCOPES,
    description: 'at most 50 scopes; none: whatever the user may do',
  },
);
const ExpiresAt = Nullable(
  Type.String({
    format: 'date-time',
    description: 'a time in the future as in 2030-01-31T12:00:00Z',
  }),
);

/** Body of `POST /api/api-keys`. */
export const CreateApiKeyBody = Type.Object(
  {
    name: DisplayName,
    scopes: Type.Optional(Scopes),
    /** Null or left out: it does not expire. */
    expires_at: Type.Optional(ExpiresAt),
    /** Whose key it becomes; null or left out: the caller's. Another's is for administrators. */
    user_id: Type.Optional(Nullable(NewUserId)),
  },
  {
    title: 'CreateApiKeyBody',
    examples: [{ name: 'Nightly report', scopes: ['orders:read'] }],
    additionalProperties: false,
  },
);

/** What `Idempotency-Key` does, for the document. */
export const IDEMPOTENCY =
  'Send an `Idempotency-Key` to be able to repeat the request when its answer is lost. For a day, the same value from the same user gives ' +
  'the same key (same id) with a new text, and the earlier text stops. 409 `idempotency_conflict`: the key has been used, changed or deleted since. ' +
  '422 `idempotency_key_reused`: the value belongs to a request with other content.';
/** What refuses a repeated request, for the document. */
export const REPEAT_REFUSALS = {
  409: 'The key that the first request with this Idempotency-Key made was used, changed or deleted since.',
  422: 'The Idempotency-Key belongs to a request with other content.',
};
/** What 404 means for one key, for the document. */
export const NO_SUCH_KEY = 'The key does not exist, or belongs to another user.';

/** Headers of the requests that make a key, in lower case, as Node hands them out. */
export const IssuingHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 255,
      pattern: '^[\\x21-\\x7e]+$',
      description: '1 to 255 printable ASCII characters without spaces, such as a UUID',
    }),
  ),
});

/** Body of `PATCH /api/api-keys/{id}`: only what is given changes. */
export const UpdateApiKeyBody = Type.Object(
  {
    name: Type.Optional(DisplayName),
    scopes: Type.Optional(Scopes),
    /** Null: it does not expire any more. */
    expires_at: Type.Optional(ExpiresAt),
  },
  {
    title: 'UpdateApiKeyBody',
    examples: [{ name: 'Nightly report, second try' }],
    additionalProperties: false,
    minProperties: 1,
    description: 'an object with name, scopes or expires_at',
  },
);

/** Body of `POST /api/api-keys/{id}/revoke`: nothing, or an object without fields. */
export const RevokeApiKeyBody = Type.Object(
  {},
  { title: 'RevokeApiKeyBody', additionalProperties: false },
);

/** Body of `POST /api/api-keys/bulk-revoke`. */
export const BulkRevokeBody = Type.Object(
  {
    keys: Type.Array(
      Type.Object(
        {
          id: KeyId,
          /** As it was seen: a key used since then is left alone. */
          last_used_at: Nullable(
            Type.String({ format: 'date-time', description: 'last_used_at as it was listed' }),
          ),
        },
        { additionalProperties: false, description: 'an object with id and last_used_at' },
      ),
      { minItems: 1, maxItems: MAX_BULK, description: '1 to 1,000 keys' },
    ),
  },
  {
    title: 'BulkRevokeBody',
    examples: [{ keys: [{ id: '5f0c7a52-8a3e-4c1b-9d3e-2b1f6a7c8d90', last_used_at: null }] }],
    additionalProperties: false,
  },
);

export const RevocationOutcome = Type.Enum(['revoked', 'already', 'used_meanwhile', 'not_found'], {
  title: 'RevocationOutcome',
});

/** One outcome per given key, in the order given. */
export const BulkRevokeAnswer = Type.Object(
  {
    results: Type.Array(
      Type.Object({ id: Type.String({ format: 'uuid' }), outcome: RevocationOutcome }),
    ),
  },
  { title: 'BulkRevokeAnswer' },
);

/** Body of `POST /api/api-keys/{id}/rotate`; it may be left out. */
export const RotateApiKeyBody = Type.Object(
  {
    /** How long the old key goes on; null or left out: not at all. */
    grace_seconds: Type.Optional(
      Nullable(
        Type.Integer({
          minimum: 0,
          maximum: MAX_GRACE_SECONDS,
          default: 0,
          description: 'a whole number of seconds from 0 to 2,592,000 (30 days)',
        }),
      ),
    ),
  },
  { title: 'RotateApiKeyBody', examples: [{ grace_seconds: 86_400 }], additionalProperties: false },
);

export type ApiKeyStatus = Static<typeof ApiKeyStatus>;
export type ApiKeyInfo = Static<typeof ApiKeyInfo>;
export type ApiKeyAnswer = Static<typeof ApiKeyAnswer>;
export type ApiKeyParams = Static<typeof ApiKeyParams>;
export type IssuedApiKey = Static<typeof IssuedApiKey>;
export type ListSort = Static<typeof ListSort>;
export type ListOrder = Static<typeof ListOrder>;
export type ListApiKeysQuery = Static<typeof ListApiKeysQuery>;
export type ListedApiKeys = Static<typeof ListedApiKeys>;
export type CreateApiKeyBody = Static<typeof CreateApiKeyBody>;
export type UpdateApiKeyBody = Static<typeof UpdateApiKeyBody>;
export type BulkRevokeBody = Static<typeof BulkRevokeBody>;
export type BulkRevokeAnswer = Static<typeof BulkRevokeAnswer>;
export type RevocationOutcome = Static<typeof RevocationOutcome>;
export type RotateApiKeyBody = Static<typeof RotateApiKeyBody>;

/** `a, b or c` */
function oneOf(values: readonly string[]): string {
  return `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`;
}
