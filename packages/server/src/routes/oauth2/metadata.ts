import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { publicPath } from '../../config/public-url.js';
import type { ServerContext } from '../../context.js';
import { INTROSPECT_SCOPE, READ_SCOPE, WRITE_SCOPE } from '../../contract/scopes.js';
import type { HttpApp } from '../../http/http-app.js';
import { isOwnOrigin, listenedOrigin } from '../../http/origin.js';

/** A key as the secret of a client, in the header or in the form (RFC 6749 §2.3.1). */
const CLIENT_SECRET = ['client_secret_basic', 'client_secret_post'];

const Strings = Type.Array(Type.String());
const Metadata = Type.Object(
  {
    issuer: Type.String(),
    introspection_endpoint: Type.String(),
    introspection_endpoint_auth_methods_supported: Strings,
    revocation_endpoint: Type.String(),
    revocation_endpoint_auth_methods_supported: Strings,
    scopes_supported: Strings,
    response_types_supported: Strings,
    grant_types_supported: Strings,
  },
  { title: 'OAuthMetadata', examples: [metadataOf('https://keys.example.com')] },
);

/** RFC 8414 §3 allows several. Many libraries look at the second one, unless their settings say otherwise. */
const PLACES = [
  { operationId: 'getOAuthMetadata', url: '/.well-known/oauth-authorization-server' },
  { operationId: 'getOpenIdConfiguration', url: '/.well-known/openid-configuration' },
];

/**
 * `GET` of the metadata of RFC 8414: where to introspect and to revoke. No tokens are granted. The path of an issuer stands
 * behind the place (§3.1): `https://example.com/.well-known/oauth-authorization-server/keys`.
 */
export function metadataRoute(app: HttpApp, context: ServerContext): void {
  const schema = {
    tags: ['OAuth 2.0'],
    summary: 'Where to introspect and to revoke; RFC 8414',
    response: { 200: Metadata },
  };
  const config = { access: 'public' } as const;
  const handler = async (request: FastifyRequest) => metadataOf(issuerOf(context, request));
  const path = publicPath(context.config);
  for (const { url, operationId } of PLACES) {
    app.get(url, { schema: { ...schema, operationId }, config }, handler);
    if (path === '') continue;
    app.get(`${url}${path}`, { schema: { ...schema, hide: true }, config }, handler);
  }
}

function metadataOf(issuer: string) {
  return {
    issuer,
    introspection_endpoint: `${issuer}/oauth2/introspect`,
    introspection_endpoint_auth_methods_supported: [...CLIENT_SECRET, 'Bearer'],
    revocation_endpoint: `${issuer}/oauth2/revoke`,
    revocation_endpoint_auth_methods_supported: ['none', ...CLIENT_SECRET],
    scopes_supported: [READ_SCOPE, WRITE_SCOPE, INTROSPECT_SCOPE],
    response_types_supported: [],
    grant_types_supported: [],
  };
}

/**
 * Without a public URL, the loopback name that the server was called by. What else a Host header says is anybody's text,
 * and no issuer: programs would take their keys there.
 */
function issuerOf(context: ServerContext, request: FastifyRequest): string {
  const { publicUrl, tls } = context.config;
  const called = `${tls === null ? 'http' : 'https'}://${request.host}`;
  return (
    publicUrl ?? (isOwnOrigin(context, called) ? new URL(called).origin : listenedOrigin(context))
  );
}
