import { Type } from 'typebox';

/** Body of introspection and revocation. The hint is not needed: there is one kind of token. */
export const TokenForm = Type.Object({
  token: Type.String({ minLength: 1, maxLength: 4096, description: 'an API key' }),
  token_type_hint: Type.Optional(Type.String()),
});
