import { METHODS } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isScope } from 'keystamp/rules';
import { Type } from 'typebox';
import type { KeyActor } from '../actor.js';
import type { HttpApp } from '../http-app.js';
import { wrongField } from '../problem.js';

const SCOPE_DESCRIPTION = 'scopes that the key needs, all of them, with spaces between';
const VerifyQuery = Type.Object(
  { scope: Type.Optional(Type.String({ maxLength: 5000, description: SCOPE_DESCRIPTION })) },
  { additionalProperties: false },
);

/** A proxy may ask with the method of the request that it asks about. CONNECT never comes as a request. */
const OTHER_METHODS = METHODS.filter((method) => !['GET', 'HEAD', 'CONNECT'].includes(method));

/**
 * `/verify`, by any method: forward authentication for nginx, Caddy, Traefik and HAProxy. The proxy asks for each
 * request, passes it on after 204, and copies `X-Keystamp-*` to the service behind.
 */
export async function registerForwardAuth(app: HttpApp): Promise<void> {
  const schema = {
    tags: ['Forward auth'],
    summary: 'May this key act now? For proxies that ask before they pass a request on',
    querystring: VerifyQuery,
    response: { 204: Type.Null() },
  };
  const config = { access: 'key', scope: scopesOfQuery } as const;
  const handler = async (request: FastifyRequest, reply: FastifyReply) => {
    return allow(reply, request.actor as KeyActor);
  };
  for (const method of OTHER_METHODS) {
    if (!app.supportedMethods.includes(method)) app.addHttpMethod(method, { hasBody: true });
  }
  await app.register(async (scope: HttpApp) => {
    leaveBodiesUnread(scope);
    scope.get('/verify', { schema, config }, handler);
    const hidden = { ...schema, hide: true };
    scope.route({ method: OTHER_METHODS, url: '/verify', schema: hidden, config, handler });
  });
}

/** The body is the service's, and may be of any type and size. */
function leaveBodiesUnread(scope: HttpApp): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (_request, _body, done) => done(null));
}

/** All three headers are always there: a proxy that copies them then overwrites what a client made up. */
function allow(reply: FastifyReply, { user, key }: KeyActor) {
  return reply
    .code(204)
    .header('x-keystamp-user', headerText(user.id))
    .header('x-keystamp-key-id', key.id)
    .header('x-keystamp-scopes', key.scopes.map(headerText).join(' '))
    .send(null);
}

/** Percent-encoded UTF-8, as `decodeURIComponent` reads it; `:`, `@` and `/` stay as they are. */
export function headerText(text: string): string {
  return encodeURIComponent(text).replace(/%(3A|40|2F)/g, decodeURIComponent);
}

/** Read before the schema is checked, because the key is judged by it. */
function scopesOfQuery(request: FastifyRequest): readonly string[] {
  const { scope } = request.query as { scope?: unknown };
  if (scope === undefined) return [];
  const scopes = typeof scope === 'string' ? scope.split(' ').filter((each) => each !== '') : [''];
  if (scopes.every(isScope)) return scopes;
  throw wrongField('scope', `expected ${SCOPE_DESCRIPTION}`);
}
