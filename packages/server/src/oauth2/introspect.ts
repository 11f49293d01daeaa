import type { Keystamp, UserApiKey } from 'keystamp';
import { type Static, Type } from 'typebox';
import { FORM_TYPE } from '../authenticate-key/key-in-form.js';
import type { ServerContext } from '../context.js';
import { INTROSPECT_SCOPE } from '../contract/api-keys.js';
import type { HttpApp } from '../http-app.js';
import { TokenForm } from './token-form.js';

/** RFC 7662 §2.2. Of a token that may not act: `active` alone. */
const Introspection = Type.Object({
  active: Type.Boolean(),
  scope: Type.Optional(Type.String({ description: 'Left out where the key has no scopes.' })),
  client_id: Type.Optional(Type.String({ description: 'The id of the key.' })),
  sub: Type.Optional(Type.String({ description: 'The id of its user.' })),
  exp: Type.Optional(Type.Integer({ description: 'Left out where it does not expire.' })),
  iat: Type.Optional(Type.Integer()),
});
type Introspection = Static<typeof Introspection>;

/** `POST /oauth2/introspect`: a use of the caller's key and, where it is active, of the token. */
export function introspectRoute(app: HttpApp, { keystamp }: ServerContext): void {
  const schema = {
    tags: ['OAuth 2.0'],
    summary: 'May this key act now? RFC 7662; the caller needs a key of scope introspect',
    body: TokenForm,
    consumes: [FORM_TYPE],
    response: { 200: Introspection },
  };
  const config = {
    access: 'key',
    scope: INTROSPECT_SCOPE,
    keyInBasic: true,
    keyInForm: true,
  } as const;
  app.post('/oauth2/introspect', { schema, config }, async (request) => {
    return introspect(keystamp, request.body.token);
  });
}

async function introspect(keystamp: Keystamp, token: string): Promise<Introspection> {
  const validation = await keystamp.validateUserApiKey(token);
  return validation.valid ? tell(validation.key) : { active: false };
}

function tell(key: UserApiKey): Introspection {
  return {
    active: true,
    ...(key.scopes.length > 0 ? { scope: key.scopes.join(' ') } : {}),
    client_id: key.id,
    sub: key.userId,
    ...(key.expiresAt === null ? {} : { exp: seconds(key.expiresAt) }),
    iat: seconds(key.createdAt),
  };
}

function seconds(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}
