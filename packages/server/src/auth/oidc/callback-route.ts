import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { audit } from '../../audit/audit.js';
import type { ServerContext } from '../../context.js';
import type { HttpApp } from '../../http/http-app.js';
import { deleteSession } from '../../sql/delete-session.js';
import { readSessionCookie, setSessionCookie } from '../sessions/session-cookie.js';
import { hashSecret } from '../sessions/session-id.js';
import { readBrowserSecret } from './browser-cookie.js';
import { leadToForm, queryOf } from './lead-to-form.js';
import { type BegunSignIn, forgetSignIn, rejectExpired, takeSignIn } from './pending-sign-in.js';
import { CALLBACK_PATH, type OidcProvider } from './provider.js';
import { type SignedInByIdentity, signInByIdentity } from './sign-in-by-identity.js';
import { signInSecretsOf } from './sign-in-secrets.js';

/** `GET /api/auth/oidc/callback`: where the provider sends the browser back to. */
export function registerCallback(
  app: HttpApp,
  context: ServerContext,
  provider: OidcProvider,
): void {
  const { database } = context.keystamp;
  app.route({
    method: 'GET',
    url: CALLBACK_PATH,
    config: { access: 'public' },
    exposeHeadRoute: false,
    schema: {
      tags: ['Sign-in'],
      operationId: 'endOidcSignIn',
      summary: 'Come back from the OpenID Connect provider',
      description: 'With the parameters of an authorization response. It leads to the page.',
      response: { 303: Type.Null({ description: 'To the page, or to the sign-in form.' }) },
    },
    handler: async (request, reply) => {
      let nextPath = '/';
      try {
        const query = queryOf(request);
        const begun = begunBy(context, request, query);
        nextPath = await takeSignIn(database, begun);
        const secrets = signInSecretsOf(begun.browserSecret, begun.state);
        const identity = await provider.identify(query.toString(), secrets);
        const signedIn = await signInByIdentity(database, identity);
        await forgetSignIn(database, begun);
        await enter(context, request, reply, signedIn);
        return reply.redirect(`${provider.publicUrl}${nextPath}`, 303);
      } catch (error) {
        return leadToForm(context, provider, request, reply, { error, nextPath });
      }
    },
  });
}

/** A state without the cookie of the browser that began is worth nothing: nobody is signed in by another's link. */
function begunBy(
  { config }: ServerContext,
  request: FastifyRequest,
  query: URLSearchParams,
): BegunSignIn {
  const browserSecret = readBrowserSecret(config, request);
  const [state, ...more] = query.getAll('state');
  if (browserSecret === null || state === undefined || more.length > 0) return rejectExpired();
  return { browserSecret, state };
}

/** As by password: a fresh session, and the one that came along ends. */
async function enter(
  { config, keystamp, accessEvents }: ServerContext,
  request: FastifyRequest,
  reply: FastifyReply,
  { userId, sessionId, isFirst }: SignedInByIdentity,
): Promise<void> {
  const before = readSessionCookie(config, request);
  if (before !== null) await deleteSession(keystamp.database, hashSecret(before));
  setSessionCookie(config, reply, sessionId);
  audit(request, 'signed in', { actor: userId, with: 'oidc', isFirst });
  accessEvents.count('signed_in', request, userId);
}
