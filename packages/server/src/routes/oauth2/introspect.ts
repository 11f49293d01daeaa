import type { UserApiKey } from 'keystamp';
import { type Static, Type } from 'typebox';
import type { ServerContext } from '../../context.js';
import { EXAMPLE_API_KEY, EXAMPLE_ID } from '../../contract/examples.js';
import { INTROSPECT_SCOPE } from '../../contract/scopes.js';
import { FORM_TYPE } from '../../http/authenticate-key/key-in-form.js';
import { ServerOrigin } from '../../http/authenticate-key/request-origin.js';
import type { HttpApp } from '../../http/http-app.js';
import { MAX_SCOPE_LIST, readScopeList } from '../../http/scope-list.js';
import { TokenForm } from './token-form.js';

const SCOPE_DESCRIPTION =
  'scopes that the resource server knows, with spaces between: a key without scopes has all of them';

const IntrospectionForm = Type.Object(
  {
    ...TokenForm.properties,
    scope: Type.Optional(
      Type.String({ maxLength: MAX_SCOPE_LIST, description: SCOPE_DESCRIPTION }),
    ),
  },
  { title: 'IntrospectionForm', examples: [{ token: EXAMPLE_API_KEY, scope: 'orders:read' }] },
);

/** RFC 7662 §2.2. Of a token that may not act: `active` alone. */
const Introspection = Type.Object(
  {
    active: Type.Boolean(),
    scope: Type.Optional(
      Type.String({
        description:
          'What the key may do. A key without scopes may do whatever its user may: of those in the form the answer ' +
          'names all, and it is left out where the form has none.',
      }),
    ),
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
  },
  {
    title: 'Introspection',
    examples: [
      { active: true, scope: 'orders:read', client_id: EXAMPLE_ID, sub: 'ada', iat: 1_795_434_108 },
      { active: false },
    ],
  },
);
type Introspection = Static<typeof Introspection>;

/** `POST /oauth2/introspect`: a use of the caller's key and, where it is active, of the token. */
export function introspectRoute(app: HttpApp, { keystamp, config: settings }: ServerContext): void {
  const schema = {
    tags: ['OAuth 2.0'],
    operationId: 'introspectToken',
    summary: 'May this key act now? RFC 7662; the caller needs a key of scope introspect',
    body: IntrospectionForm,
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
    const { token, scope } = request.body;
    const known = readScopeList(scope, SCOPE_DESCRIPTION);
    const validation = await keystamp.validateUserApiKey(token, {
      from: new ServerOrigin(request),
    });
    if (!validation.valid) return { active: false };
    const { key } = validation;
    const exp = keptUntil(key.expiresAt, settings.introspectionMaxAge, keystamp.now());
    return describeActive(key, grantedOf(key, known), exp);
  });
}

/**
 * A key without scopes may do whatever its user may, so it has every scope that the resource server knows: the same as at
 * `/verify?scope=…`. But it may not introspect, which a key must name.
 */
function grantedOf({ scopes }: UserApiKey, known: readonly string[]): readonly string[] {
  return scopes.length > 0 ? scopes : known.filter((scope) => scope !== INTROSPECT_SCOPE);
}

function describeActive(
  key: UserApiKey,
  granted: readonly string[],
  exp: Date | null,
): Introspection {
  return {
    active: true,
    ...(granted.length > 0 ? { scope: granted.join(' ') } : {}),
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
