import { type Static, Type } from 'typebox';
import { DisplayName, NewUserId } from './field-types.js';
import { ExpiresAt, Metadata, Note, Scopes } from './key-fields.js';

/** Body of `PATCH /api/api-keys/{id}`: only what is given changes. */
export const UpdateApiKeyBody = Type.Object(
  {
    name: Type.Optional(DisplayName),
    scopes: Type.Optional(Scopes),
    /** Null: it does not expire any more. */
    expires_at: Type.Optional(ExpiresAt),
    note: Type.Optional(Note),
    metadata: Type.Optional(Metadata),
    /** Moves the key to this user. */
    user_id: Type.Optional(NewUserId),
  },
  {
    title: 'UpdateApiKeyBody',
    examples: [{ name: 'Nightly report, second try' }],
    additionalProperties: false,
    minProperties: 1,
    description: 'an object with name, scopes, expires_at, note, metadata or user_id',
  },
);

/** Bodies of `POST /api/api-keys/{id}/disable`, `/enable` and `/revoke`: nothing, or an object without fields. */
export const DisableApiKeyBody = noFields('DisableApiKeyBody');
export const EnableApiKeyBody = noFields('EnableApiKeyBody');
export const RevokeApiKeyBody = noFields('RevokeApiKeyBody');

export type UpdateApiKeyBody = Static<typeof UpdateApiKeyBody>;

function noFields(title: string) {
  return Type.Object({}, { title, additionalProperties: false, examples: [{}] });
}
