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
  exp: Type.Optional(
    Type.Integer({
      description:
        'Until when the answer may be kept: the expiry of the key, or earlier by KEYSTAMP_INTROSPECTION_MAX_AGE. ' +
        'Left out where the key does not expire, or where that setting is 0.',
    }),
  ),
  iat: Type.Optional(Type.Integer()),
});
type Introspection = Static<typeof Introspection>;

/** `POST /oauth2/introspect`: a use of the caller's key and, where it is active, of the token. */
export function introspectRoute(app: HttpApp, { keystamp, config: settings }: ServerContext): void {
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
    return introspect(keystamp, request.body.token, settings.introspectionMaxAge);
  });
}

async function introspect(
  keystamp: Keystamp,
  token: string,
  maxAge: number | null,
): Promise<Introspection> {
  const validation = await keystamp.validateUserApiKey(token);
  if (!validation.valid) return { active: false };
  const { key } = validation;
  return describeActive(key, keptUntil(key.expiresAt, maxAge, keystamp.now()));
}

function describeActive(key: UserApiKey, exp: Date | null): Introspection {
  return {
    active: true,
    ...(key.scopes.length > 0 ? { scope: key.scopes.join(' ') } : {}),
    client_id: key.id,
    sub: key.userId,
    ...(exp === null ? {} : { exp: seconds(exp) }),
    iat: seconds(key.createdAt),
  };
}

/**
 * The `exp` of an answer. RFC 7662 §4: a resource server may keep an answer until then, and meanwhile it does not learn of a
 * revocation, and Keystamp does not learn of uses. Null: the answer has none.
 */
function keptUntil(expiresAt: Date | null, maxAge: number | null, now: Date): Date | null {
  if (maxAge === null) return expiresAt;
  if (maxAge === 0) return null;
  const bound = now.getTime() + maxAge * 1000;
  return new Date(Math.min(bound, expiresAt?.getTime() ?? bound));
}

function seconds(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}
