import type { ServerContext } from '../../context.js';
import { SignInMethods } from '../../contract/auth.js';
import type { HttpApp } from '../../http/http-app.js';
import { registerBegin } from './begin-route.js';
import { registerCallback } from './callback-route.js';

/** `/api/auth/methods`, and `/api/auth/oidc/*` where a provider is configured. */
export function registerOidcRoutes(app: HttpApp, context: ServerContext): void {
  const { oidc } = context;
  app.route({
    method: 'GET',
    url: '/api/auth/methods',
    config: { access: 'public' },
    schema: {
      tags: ['Sign-in'],
      operationId: 'getSignInMethods',
      summary: 'How people sign in',
      response: { 200: SignInMethods },
    },
    handler: async () => ({
      oidc_host: oidc?.host ?? null,
      oidc_other_issuer: oidc?.otherIssuer() ?? null,
    }),
  });
  if (oidc === null) return;
  registerBegin(app, context, oidc);
  registerCallback(app, context, oidc);
}
