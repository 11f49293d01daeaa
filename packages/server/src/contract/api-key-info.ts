import { API_KEY_STATUSES } from 'keystamp/rules';
import { type Static, Type } from 'typebox';
import { EXAMPLE_API_KEY, EXAMPLE_AS_OF, EXAMPLE_KEY } from './examples.js';
import { AsOf, Timestamp } from './field-types.js';
import { Nullable } from './nullable.js';

const EMPTY_SCOPES =
  'Empty: whatever its user may do. Introspection names no scope then, unless the resource server sends those that it knows.';

export const ApiKeyStatus = Type.Enum([...API_KEY_STATUSES], { title: 'ApiKeyStatus' });
export type ApiKeyStatus = Static<typeof ApiKeyStatus>;

/** A key as it goes over the wire. Never the key itself, never its hash. */
export const ApiKeyInfo = Type.Object(
  {
    id: Type.String({ format: 'uuid', examples: ['5f0c7a52-8a3e-4c1b-9d3e-2b1f6a7c8d90'] }),
    user_id: Type.String({ examples: ['ada'] }),
    user_email: Nullable(Type.String({ examples: ['ada@example.com'] })),
    name: Type.String({ examples: ['Nightly report'] }),
    note: Nullable(Type.String({ description: 'What people write on the key.' })),
    metadata: Type.Unsafe<Record<string, string>>({
      type: 'object',
      additionalProperties: { type: 'string' },
      description: 'Pairs of text for programs. Empty where there are none.',
      examples: [{ team: 'billing' }],
      title: 'Metadata',
    }),
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
    disabled_at: Nullable(
      Type.String({
        format: 'date-time',
        description:
          'Since when the key is disabled, whatever its `status` is; null: it is not disabled.',
      }),
    ),
    revoked_at: Nullable(Timestamp),
    last_used_at: Nullable(
      Type.String({
        format: 'date-time',
        description:
          'The exact time of the last successful authentication; null: none is recorded since `tracking_since`.',
      }),
    ),
    predecessor_id: Nullable(
      Type.String({
        format: 'uuid',
        description: 'The key that this one replaced by rotation, which may be deleted since.',
      }),
    ),
    successor_id: Nullable(
      Type.String({
        format: 'uuid',
        description: 'The key that replaced this one by rotation, which may be deleted since.',
      }),
    ),
  },
  { title: 'ApiKeyInfo' },
);
export type ApiKeyInfo = Static<typeof ApiKeyInfo>;

/** A key and, once, its full string. */
export const IssuedApiKey = Type.Object(
  {
    api_key: Type.String({
      description: 'Shown once: it cannot be had again.',
    }),
    info: ApiKeyInfo,
    as_of: AsOf,
  },
  {
    title: 'IssuedApiKey',
    examples: [{ api_key: EXAMPLE_API_KEY, info: EXAMPLE_KEY, as_of: EXAMPLE_AS_OF }],
  },
);
export type IssuedApiKey = Static<typeof IssuedApiKey>;

/** The key after a change. */
export const ApiKeyAnswer = Type.Object(
  { info: ApiKeyInfo, as_of: AsOf },
  { title: 'ApiKeyAnswer', examples: [{ info: EXAMPLE_KEY, as_of: EXAMPLE_AS_OF }] },
);
export type ApiKeyAnswer = Static<typeof ApiKeyAnswer>;
