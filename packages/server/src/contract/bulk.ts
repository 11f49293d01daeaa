import { MAX_BULK } from 'keystamp/rules';
import { type Static, Type } from 'typebox';
import { EXAMPLE_ID } from './examples.js';
import { KeyId } from './key-fields.js';
import { Nullable } from './nullable.js';

/** A key to stop, as it was seen: one that was used since then is left alone. */
const SeenKey = Type.Object(
  {
    id: KeyId,
    last_used_at: Nullable(
      Type.String({ format: 'date-time', description: 'last_used_at as it was listed' }),
    ),
  },
  {
    title: 'SeenKey',
    additionalProperties: false,
    description: 'an object with id and last_used_at',
  },
);

/** Bodies of `POST /api/api-keys/bulk-revoke` and `/bulk-disable`. */
export const BulkRevokeBody = bulkBody('BulkRevokeBody');
export const BulkDisableBody = bulkBody('BulkDisableBody');

export const RevocationOutcome = Type.Enum(['revoked', 'already', 'used_meanwhile', 'not_found'], {
  title: 'RevocationOutcome',
});
export const DisablingOutcome = Type.Enum(['disabled', 'already', 'used_meanwhile', 'not_found'], {
  title: 'DisablingOutcome',
});

/** One outcome per given key, in the order given. */
export const BulkRevokeAnswer = Type.Object(
  {
    results: Type.Array(
      Type.Object(
        { id: Type.String({ format: 'uuid' }), outcome: RevocationOutcome },
        { title: 'RevocationResult' },
      ),
    ),
  },
  { title: 'BulkRevokeAnswer', examples: [{ results: [{ id: EXAMPLE_ID, outcome: 'revoked' }] }] },
);
/** As of `BulkRevokeAnswer`; a revoked key is `already` stopped. */
export const BulkDisableAnswer = Type.Object(
  {
    results: Type.Array(
      Type.Object(
        { id: Type.String({ format: 'uuid' }), outcome: DisablingOutcome },
        { title: 'DisablingResult' },
      ),
    ),
  },
  {
    title: 'BulkDisableAnswer',
    examples: [{ results: [{ id: EXAMPLE_ID, outcome: 'disabled' }] }],
  },
);

export type BulkRevokeBody = Static<typeof BulkRevokeBody>;
export type BulkRevokeAnswer = Static<typeof BulkRevokeAnswer>;
export type RevocationOutcome = Static<typeof RevocationOutcome>;
export type BulkDisableBody = Static<typeof BulkDisableBody>;
export type BulkDisableAnswer = Static<typeof BulkDisableAnswer>;
export type DisablingOutcome = Static<typeof DisablingOutcome>;

function bulkBody(title: string) {
  return Type.Object(
    {
      keys: Type.Array(SeenKey, {
        minItems: 1,
        maxItems: MAX_BULK,
        description: '1 to 1,000 keys',
      }),
    },
    {
      title,
      examples: [{ keys: [{ id: EXAMPLE_ID, last_used_at: null }] }],
      additionalProperties: false,
    },
  );
}
