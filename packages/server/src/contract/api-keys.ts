import { type Static, Type } from 'typebox';
import { Nullable } from './nullable.js';

/** Characters of a key's name, after trimming. */
export const MAX_NAME_LENGTH = 100;
/** Scopes of one key. */
export const MAX_SCOPES = 50;
/** Characters of one scope. */
export const MAX_SCOPE_LENGTH = 100;
/** An RFC 6749 scope-token: printable ASCII but space, `"` and `\`. */
export const SCOPE_PATTERN = /^[\x21\x23-\x5b\x5d-\x7e]+$/;
/** Keys of one bulk revocation. */
export const MAX_BULK_REVOKE = 1000;
/** The longest grace of a rotation: 30 days. */
export const MAX_GRACE_SECONDS = 30 * 24 * 60 * 60;
/** Keys of one page of the list, at most and by default. */
export const MAX_LIST_LIMIT = 1000;
export const DEFAULT_LIST_LIMIT = 50;
/** Characters of a search. */
export const MAX_SEARCH_LENGTH = 200;

/** The scope that a key needs to introspect and revoke tokens; administrators grant it. */
export const INTROSPECT_SCOPE = 'introspect';
/** List and get keys. */
export const READ_SCOPE = 'keystamp:read';
/** Rename, revoke and delete keys. */
export const WRITE_SCOPE = 'keystamp:write';

const Time = Type.String({ format: 'date-time', description: 'ISO 8601, UTC, milliseconds' });

export const ApiKeyStatus = Type.Enum(['active', 'expired', 'revoked', 'user_inactive']);

/** A key as it goes over the wire. Never the key itself, never its hash. */
export const ApiKeyInfo = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    user_id: Type.String(),
    user_email: Nullable(Type.String()),
    name: Type.String(),
    key_prefix: Type.String({ description: 'The first characters, for eyes and search only.' }),
    scopes: Type.Array(Type.String(), { description: 'Empty: whatever its user may do.' }),
    status: ApiKeyStatus,
    is_active: Type.Boolean({ description: 'Whether `status` is `active`.' }),
    created_at: Time,
    expires_at: Nullable(Time),
    revoked_at: Nullable(Time),
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
    api_key: Type.String({ description: 'Shown once: it cannot be had again.' }),
    info: ApiKeyInfo,
  },
  { title: 'IssuedApiKey' },
);

/** The key after a change. */
export const ApiKeyAnswer = Type.Object({ info: ApiKeyInfo });

/** Path of one key. */
export const ApiKeyParams = Type.Object({ id: Type.String({ format: 'uuid' }) });

export const ListSort = Type.Enum(['last_used_at', 'created_at', 'name', 'expires_at']);
export const ListOrder = Type.Enum(['asc', 'desc']);

/** Query of `GET /api/api-keys`; everything in a query is text. */
export const ListApiKeysQuery = Type.Object(
  {
    user: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 255,
        description: '`all` or the id of a user, for administrators. Left out: the own keys.',
      }),
    ),
    sort: Type.Optional(ListSort),
    order: Type.Optional(ListOrder),
    q: Type.Optional(
      Type.String({
        maxLength: MAX_SEARCH_LENGTH,
        description: 'Part of a name, an address or a key prefix. Never a whole key: that is 400.',
      }),
    ),
    status: Type.Optional(ApiKeyStatus),
    unused_for: Type.Optional(
      Type.String({
        pattern: '^([1-9][0-9]{0,4}d|never)$',
        description: 'Days as in `90d`, or `never`: active keys that were not used for so long.',
      }),
    ),
    key_hash: Type.Optional(
      Type.String({
        pattern: '^[0-9A-Fa-f]{64}$',
        description: 'SHA-256 of a whole key, 64 hexadecimal digits.',
      }),
    ),
    count: Type.Optional(
      Type.Enum(['true', 'false'], { description: '`true`: also count all that match.' }),
    ),
    limit: Type.Optional(
      Type.String({ pattern: '^([1-9][0-9]{0,2}|1000)$', description: '1 to 1000, default 50.' }),
    ),
    cursor: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 2048,
        description: '`next_cursor` of the page before, with the same query otherwise.',
      }),
    ),
  },
  { additionalProperties: false },
);

/** One page of keys. */
export const ListedApiKeys = Type.Object(
  {
    api_keys: Type.Array(ApiKeyInfo),
    next_cursor: Nullable(Type.String({ description: 'Null: this is the last page.' })),
    tracking_since: Type.String({
      format: 'date-time',
      description: 'When this database began to record uses.',
    }),
    count: Nullable(
      Type.Integer({ description: 'All that match, over all pages; null unless asked for.' }),
    ),
  },
  { title: 'ListedApiKeys' },
);

const Name = Type.String({ description: '1 to 100 characters after trimming.' });
const Scopes = Type.Array(Type.String(), {
  maxItems: MAX_SCOPES,
  description: 'RFC 6749 scope tokens. Empty: whatever its user may do.',
});
const ExpiresAt = Nullable(
  Type.String({ format: 'date-time', description: 'In the future; null: it does not expire.' }),
);

/** Body of `POST /api/api-keys`. */
export const CreateApiKeyBody = Type.Object(
  {
    name: Name,
    scopes: Type.Optional(Scopes),
    expires_at: Type.Optional(ExpiresAt),
    user_id: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 255,
        description: 'Whose key it becomes, for administrators. Left out: the own one.',
      }),
    ),
  },
  { additionalProperties: false },
);

/** Body of `PATCH /api/api-keys/{id}`: only what is given changes. */
export const UpdateApiKeyBody = Type.Object(
  {
    name: Type.Optional(Name),
    scopes: Type.Optional(Scopes),
    expires_at: Type.Optional(ExpiresAt),
  },
  { additionalProperties: false, minProperties: 1 },
);

/** Body of `POST /api/api-keys/bulk-revoke`. */
export const BulkRevokeBody = Type.Object(
  {
    keys: Type.Array(
      Type.Object(
        {
          id: Type.String({ format: 'uuid' }),
          last_used_at: Nullable(
            Type.String({
              format: 'date-time',
              description: 'As it was seen: a key used since then is left alone.',
            }),
          ),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: MAX_BULK_REVOKE },
    ),
  },
  { additionalProperties: false },
);

export const RevocationOutcome = Type.Enum(['revoked', 'already', 'used_meanwhile', 'not_found']);

/** One outcome per given key, in the order given. */
export const BulkRevokeAnswer = Type.Object({
  results: Type.Array(
    Type.Object({ id: Type.String({ format: 'uuid' }), outcome: RevocationOutcome }),
  ),
});

/** Body of `POST /api/api-keys/{id}/rotate`; it may be left out. */
export const RotateApiKeyBody = Type.Object(
  {
    grace_seconds: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: MAX_GRACE_SECONDS,
        description: 'How long the old key goes on, 0 to 30 days. Default 0.',
      }),
    ),
  },
  { additionalProperties: false },
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
