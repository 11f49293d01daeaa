import type { FastifyReply, FastifyRequest } from 'fastify';
import type { KeyCarriers } from 'keystamp/http';
import { Type } from 'typebox';
import type { KeyActor } from '../../http/actor.js';
import { forwardedMethod, forwardedUrl } from '../../http/forwarded-request.js';
import type { HttpApp } from '../../http/http-app.js';
import { MAX_SCOPE_LIST, readScopeList } from '../../http/scope-list.js';
import { allow } from './identity.js';
import { OTHER_METHODS } from './methods.js';

const SCOPE_DESCRIPTION = 'scopes that the key needs, all of them, with spaces between';
const VerifyQuery = Type.Object(
  {
    scope: Type.Optional(
      Type.String({
        maxLength: MAX_SCOPE_LIST,
        description: SCOPE_DESCRIPTION,
        examples: ['orders:read'],
      }),
    ),
  },
  { additionalProperties: false },
);

/**
 * `/verify`, by any method: forward authentication for nginx, Caddy, Traefik and HAProxy. The proxy asks for each
 * request, passes it on after 204, and copies `X-Keystamp-*` to the service behind.
 */
export function verifyRoute(scope: HttpApp, accepted: KeyCarriers): void {
  const schema = {
    tags: ['Forward auth'],
    operationId: 'verify',
    summary: 'May this key act now? For proxies that check a request before they pass it on',
    querystring: VerifyQuery,
    response: { 204: Type.Null() },
  };
  const config = { access: 'key', scope: scopesOfQuery, carriers: accepted, askedFor } as const;
  const handler = (request: FastifyRequest, reply: FastifyReply) =>
    allow(reply, 204, request.actor as KeyActor);
  scope.get('/verify', { schema, config }, handler);
  const hidden = { ...schema, hide: true };
  scope.route({ method: OTHER_METHODS, url: '/verify', schema: hidden, config, handler });
}

/** By proxies that say it, in `X-Forwarded-Method` and `X-Forwarded-Uri`. */
function askedFor(request: FastifyRequest): string | null {
  const url = forwardedUrl(request);
  return url === '' ? null : `${forwardedMethod(request) ?? request.method} ${url}`;
}

/** Read before the schema is checked, because the key is judged by it. */
function scopesOfQuery(request: FastifyRequest): readonly string[] {
  const { scope } = request.query as { scope?: unknown };
  return readScopeList(scope, SCOPE_DESCRIPTION);
}
