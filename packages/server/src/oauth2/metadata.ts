import type { FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import type { ServerContext } from '../context.js';
import { INTROSPECT_SCOPE, READ_SCOPE, WRITE_SCOPE } from '../contract/api-keys.js';
import type { HttpApp } from '../http-app.js';
import { isOwnOrigin, listenedOrigin } from '../origin.js';

const Strings = Type.Array(Type.String());
const Metadata = Type.Object({
  issuer: Type.String(),
  introspection_endpoint: Type.String(),
  introspection_endpoint_auth_methods_supported: Strings,
  revocation_endpoint: Type.String(),
  revocation_endpoint_auth_methods_supported: Strings,
  scopes_supported: Strings,
  response_types_supported: Strings,
  grant_types_supported: Strings,
});

/** `GET /.well-known/oauth-authorization-server`, RFC 8414: where to introspect and to revoke. No tokens are granted. */
export function metadataRoute(app: HttpApp, context: ServerContext): void {
  const schema = {
    tags: ['OAuth 2.0'],
    summary: 'Where to introspect and to revoke; RFC 8414',
    response: { 200: Metadata },
  };
  const config = { access: 'public' } as const;
  app.get('/.well-known/oauth-authorization-server', { schema, config }, async (request) => {
    return metadataOf(issuerOf(context, request));
  });
}

function metadataOf(issuer: string): Static<typeof Metadata> {
  return {
    issuer,
    introspection_endpoint: `${issuer}/oauth2/introspect`,
    introspection_endpoint_auth_methods_supported: ['client_secret_basic', 'Bearer'],
    revocation_endpoint: `${issuer}/oauth2/revoke`,
    revocation_endpoint_auth_methods_supported: ['none'],
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
