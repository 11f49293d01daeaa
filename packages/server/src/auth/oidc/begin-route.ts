import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { ServerContext } from '../../context.js';
import { safeNextPath } from '../../contract/next-path.js';
import { clientNetwork, siteOf } from '../../http/client-network.js';
import type { HttpApp } from '../../http/http-app.js';
import { Refusal } from '../../rules/refusal.js';
import { keepBrowserSecret } from './browser-cookie.js';
import { leadToForm, queryOf } from './lead-to-form.js';
import { keepSignIn } from './pending-sign-in.js';
import type { OidcProvider } from './provider.js';
import { newSignInSecrets } from './sign-in-secrets.js';

/** `GET /api/auth/oidc/start`: sends the browser to the provider. */
export function registerBegin(app: HttpApp, context: ServerContext, provider: OidcProvider): void {
  app.route({
    method: 'GET',
    url: '/api/auth/oidc/start',
    config: { access: 'public', refusals: { 403: 'The request is not for a page.' } },
    // It begins something, and a program that only looks must not.
    exposeHeadRoute: false,
    // A person opens this address: a wrong parameter is ignored instead of answered with JSON.
    attachValidation: true,
    schema: {
      tags: ['Sign-in'],
      operationId: 'beginOidcSignIn',
      summary: 'Begin to sign in at the OpenID Connect provider',
      description: 'For browsers to open: it leads to the provider, or back to the sign-in form.',
      querystring: Type.Object({
        next: Type.Optional(
          Type.String({ description: 'path of the page to go on at', examples: ['/?key=ks'] }),
        ),
      }),
      response: { 303: Type.Null({ description: 'To the provider, or to the sign-in form.' }) },
    },
    onRequest: async (request) => requireNavigation(request),
    handler: async (request, reply) => {
      const nextPath = safeNextPath(queryOf(request).get('next'));
      try {
        const browserSecret = keepBrowserSecret(context.config, request, reply);
        const secrets = newSignInSecrets(browserSecret);
        const begun = { browserSecret, state: secrets.state };
        // Before the provider is asked: while it is away, trying it is bounded too.
        const network = clientNetwork(request);
        const from = { network: siteOf(network) ?? network, nextPath };
        await keepSignIn(context.keystamp.database, begun, from);
        const url = await provider.authorizationUrl(secrets);
        return reply.redirect(url.href, 303);
      } catch (error) {
        return leadToForm(context, provider, request, reply, { error, nextPath });
      }
    },
  });
}

/** Not as an image, in a frame or by a script of another site, which would begin sign-ins that nobody asked for. */
function requireNavigation({ headers }: FastifyRequest): void {
  const destination = headers['sec-fetch-dest'];
  if (destination === undefined || destination === 'document') return;
  throw new Refusal('forbidden', 'This address is for people to open in a browser.');
}
