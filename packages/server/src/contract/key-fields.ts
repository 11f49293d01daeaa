import {
  MAX_METADATA_PAIRS,
  MAX_METADATA_VALUE_LENGTH,
  MAX_NOTE_LENGTH,
  MAX_SCOPE_LENGTH,
  MAX_SCOPES,
  METADATA_EXPECTED,
  METADATA_NAME_EXPECTED,
  METADATA_NAME_PATTERN,
  METADATA_VALUE_EXPECTED,
  METADATA_VALUE_PATTERN,
  NOTE_EXPECTED,
  NOTE_PATTERN,
  SCOPE_EXPECTED,
  SCOPE_PATTERN,
} from 'keystamp/rules';
import { type Static, Type } from 'typebox';
import { EXAMPLE_ID } from './examples.js';
import { Nullable } from './nullable.js';

/** Only the plain form: the format `uuid` would pass `urn:uuid:` too, which PostgreSQL does not take. */
const UUID = '[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}';

export const KeyId = Type.String({
  pattern: `^${UUID}$`,
  description: 'the UUID of a key',
  examples: [EXAMPLE_ID],
});

/** Several, in one parameter of a query. They are equally long, so the length says how many: RE2 does not count that far. */
export const KeyIds = (max: number, what: string) =>
  Type.String({
    maxLength: max * (EXAMPLE_ID.length + 1) - 1,
    pattern: `^${UUID}(,${UUID})*$`,
    description: `the UUIDs of 1 to ${max} keys with commas between them${what}`,
    examples: [EXAMPLE_ID],
  });

/** Path of one key. */
export const ApiKeyParams = Type.Object({ id: KeyId }, { additionalProperties: false });
export type ApiKeyParams = Static<typeof ApiKeyParams>;

/** What 404 means for one key, for the document. */
export const NO_SUCH_KEY = 'The key does not exist, or belongs to another user.';

export const Scopes = Type.Array(
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

export const ExpiresAt = Nullable(
  Type.String({
    format: 'date-time',
    description: 'a time in the future as in 2030-01-31T12:00:00Z',
  }),
);

/** What a key is for. Null or empty: nothing. */
export const Note = Nullable(
  Type.String({
    maxLength: MAX_NOTE_LENGTH,
    pattern: NOTE_PATTERN.source,
    description: NOTE_EXPECTED,
  }),
);

/** Pairs of text for programs, all of them: those that are left out go. */
export const Metadata = Type.Unsafe<Record<string, string>>({
  type: 'object',
  maxProperties: MAX_METADATA_PAIRS,
  propertyNames: { pattern: METADATA_NAME_PATTERN.source, description: METADATA_NAME_EXPECTED },
  additionalProperties: {
    type: 'string',
    maxLength: MAX_METADATA_VALUE_LENGTH,
    pattern: METADATA_VALUE_PATTERN.source,
    description: METADATA_VALUE_EXPECTED,
  },
  description: METADATA_EXPECTED,
  title: 'MetadataInput',
});
