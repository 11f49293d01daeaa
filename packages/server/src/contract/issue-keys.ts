import { DEFAULT_GRACE_SECONDS, MAX_GRACE_SECONDS } from 'keystamp/rules';
import { type Static, Type } from 'typebox';
import { DisplayName, NewUserId } from './field-types.js';
import { ExpiresAt, Metadata, Note, Scopes } from './key-fields.js';
import { Nullable } from './nullable.js';

/** Body of `POST /api/api-keys`. */
export const CreateApiKeyBody = Type.Object(
  {
    name: DisplayName,
    scopes: Type.Optional(Scopes),
    /** Null or left out: it does not expire. */
    expires_at: Type.Optional(ExpiresAt),
    note: Type.Optional(Note),
    metadata: Type.Optional(Metadata),
    /** Whose key it becomes; null or left out: the caller's. Another's is for administrators. */
    user_id: Type.Optional(Nullable(NewUserId)),
  },
  {
    title: 'CreateApiKeyBody',
    examples: [{ name: 'Nightly report', scopes: ['orders:read'], metadata: { team: 'billing' } }],
    additionalProperties: false,
  },
);

/** Body of `POST /api/api-keys/{id}/rotate`; it may be left out. */
export const RotateApiKeyBody = Type.Object(
  {
    /** How long the old key goes on; null or left out: a day. */
    grace_seconds: Type.Optional(
      Nullable(
        Type.Integer({
          minimum: 0,
          maximum: MAX_GRACE_SECONDS,
          default: DEFAULT_GRACE_SECONDS,
          description: 'a whole number of seconds from 0 to 2,592,000 (30 days)',
        }),
      ),
    ),
  },
  { title: 'RotateApiKeyBody', examples: [{ grace_seconds: 86_400 }], additionalProperties: false },
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

/** Headers of the requests that make a key, in lower case, as Node hands them out. */
export const IssuingHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 255,
      pattern: '^[\\x21-\\x7e]+$',
      description: '1 to 255 printable ASCII characters without spaces, such as a UUID',
      examples: ['b7f3c1de-9d0f-4a55-8f0e-5a9a1c2d3e4f'],
    }),
  ),
});

export type CreateApiKeyBody = Static<typeof CreateApiKeyBody>;
export type RotateApiKeyBody = Static<typeof RotateApiKeyBody>;
