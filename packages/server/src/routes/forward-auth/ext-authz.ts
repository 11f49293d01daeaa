import type { FastifyReply, FastifyRequest } from 'fastify';
import type { KeyCarriers } from 'keystamp/http';
import { isScope } from 'keystamp/rules';
import { Type } from 'typebox';
import type { PublicUrl } from '../../config/public-url.js';
import type { KeyActor } from '../../http/actor.js';
import { appendedUrlOf } from '../../http/ext-authz-url.js';
import type { HttpApp } from '../../http/http-app.js';
import { wrongField } from '../../rules/refusal.js';
import { allow } from './identity.js';
import { OTHER_METHODS } from './methods.js';

const SCOPES_DESCRIPTION =
  'scopes that the key needs, all of them, with commas between, or - for none; a comma in a scope is %2C';
const NO_BODY = Type.Unsafe<undefined>(Type.Null({ description: 'The key may act; no body.' }));
const ExtAuthzPath = Type.Object({
  scopes: Type.String({
    minLength: 1,
    maxLength: 1024,
    description: SCOPES_DESCRIPTION,
    examples: ['orders:read'],
  }),
});

/**
 * `/ext-authz/<scopes>`, by any method: the HTTP service of Envoy's `ext_authz`, whose `path_prefix` this is. Envoy appends
 * the client's path and query, asks by the client's method, and lets a request pass after 200 alone.
 */
export function extAuthzRoute(scope: HttpApp, accepted: KeyCarriers, publicUrl: PublicUrl): void {
  const schema = {
    tags: ['Forward auth'],
    operationId: 'verifyForEnvoy',
    summary: 'The same for Envoy (ext_authz): the path of the client’s request may follow',
    params: ExtAuthzPath,
    response: { 200: NO_BODY },
  };
  const config = {
    access: 'key',
    scope: scopesOfPath,
    carriers: accepted,
    askedFor: askedForOf(publicUrl),
  } as const;
  const handler = (request: FastifyRequest, reply: FastifyReply) =>
    allow(reply, 200, request.actor as KeyActor);
  const url = '/ext-authz/:scopes';
  scope.get(url, { schema, config }, handler);
  const hidden = { ...schema, hide: true };
  scope.route({ method: OTHER_METHODS, url, schema: hidden, config, handler });
}

/** Envoy asks by the client's method, with its path behind ours. */
function askedForOf(publicUrl: PublicUrl) {
  const appendedUrl = appendedUrlOf(publicUrl);
  return (request: FastifyRequest): string | null => {
    const url = appendedUrl(request);
    return url === '' ? null : `${request.method} ${url}`;
  };
}

/** From the path as it came, because a comma within a scope is encoded. */
function scopesOfPath({ raw }: FastifyRequest): readonly string[] {
  const path = (raw.url ?? '').split('?', 1)[0] ?? '';
  const segment = path.slice(path.lastIndexOf('/') + 1);
  if (segment === '-') return [];
  const scopes = segment.split(',').map(decodeURIComponent);
  if (scopes.every(isScope)) return scopes;
  throw wrongField('scopes', `expected ${SCOPES_DESCRIPTION}`);
}
