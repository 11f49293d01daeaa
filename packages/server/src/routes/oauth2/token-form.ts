import { Type } from 'typebox';
import { EXAMPLE_API_KEY } from '../../contract/examples.js';

/** Body of introspection and revocation. The hint is not needed: there is one kind of token. */
export const TokenForm = Type.Object(
  {
    token: Type.String({ minLength: 1, maxLength: 4096, description: 'an API key' }),
    token_type_hint: Type.Optional(Type.String()),
    client_id: Type.Optional(
      Type.String({
        description: 'any name: beside client_secret, as with Basic, the key alone counts',
      }),
    ),
    client_secret: Type.Optional(
      Type.String({ description: "the caller's own API key, where no header carries it" }),
    ),
  },
  { title: 'TokenForm', examples: [{ token: EXAMPLE_API_KEY }] },
);
