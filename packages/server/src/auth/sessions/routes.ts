import { Type } from 'typebox';
import { audit } from '../../audit/audit.js';
import type { ServerContext } from '../../context.js';
import { ChangePassword, SignIn } from '../../contract/auth.js';
import { UserAnswer } from '../../contract/users.js';
import { sessionOf } from '../../http/access.js';
import { asOf } from '../../http/as-of.js';
import { clientNetwork } from '../../http/client-network.js';
import type { HttpApp } from '../../http/http-app.js';
import { rejectForeignOrigin } from '../../http/origin.js';
import { deleteSession } from '../../sql/delete-session.js';
import { userOnWire } from '../users/user-on-wire.js';
import { changePassword } from './change-password.js';
import { readBrowserCookie, setBrowserCookie } from './known-browser.js';
import { clearSessionCookie, readSessionCookie, setSessionCookie } from './session-cookie.js';
import { hashSecret } from './session-id.js';
import { signIn } from './sign-in.js';
import { turnsOf } from './wait-for-turns.js';

const tags = ['Sign-in'];

/** `/api/auth/*` */
export function registerSessionRoutes(app: HttpApp, context: ServerContext): void {
  registerSignIn(app, context);
  registerSignOut(app, context);
  registerMe(app, context);
  registerPassword(app, context);
}

const TOO_MANY = { 429: 'Too many sign-ins failed.' };
const SIGN_IN_REFUSALS = {
  401: 'The address or the password is wrong.',
  403: 'The request comes from another origin.',
  ...TOO_MANY,
};

const SIGN_IN_CODES = {
  401: ['wrong_credentials'],
  403: ['foreign_origin'],
  429: ['too_many_sign_ins'],
} as const;

function registerSignIn(app: HttpApp, context: ServerContext): void {
  app.route({
    method: 'POST',
    url: '/api/auth/login',
    config: {
      access: 'public',
      inTurns: true,
      unpaced: true,
      refusals: SIGN_IN_REFUSALS,
      codes: SIGN_IN_CODES,
    },
    schema: {
      tags,
      operationId: 'signIn',
      summary: 'Sign in',
      description: 'The answer sets the cookie of the session.',
      body: SignIn,
      response: { 200: UserAnswer },
    },
    onRequest: async (request) => {
      rejectForeignOrigin(context, request);
      if (readBrowserCookie(context.config, request) !== null) return;
      await context.attempts.rejectNetwork(clientNetwork(request));
    },
    handler: async (request, reply) => {
      const { email, password } = request.body;
      const given = { email: email.trim(), password };
      const from = {
        network: clientNetwork(request),
        browserCookie: readBrowserCookie(context.config, request),
      };
      const { user, sessionId, browserCookie } = await context.signInTurns.run(
        turnsOf(request),
        () => signIn(context, given, from),
      );
      const before = readSessionCookie(context.config, request);
      if (before !== null) await deleteSession(context.keystamp.database, hashSecret(before));
      setSessionCookie(context.config, reply, sessionId);
      if (browserCookie !== null) setBrowserCookie(context.config, reply, browserCookie);
      audit(request, 'signed in', { actor: user.id });
      context.accessEvents.count('signed_in', request, user.id);
      return { user: userOnWire(user), as_of: asOf(context.keystamp) };
    },
  });
}

function registerSignOut(app: HttpApp, context: ServerContext): void {
  app.route({
    method: 'POST',
    url: '/api/auth/logout',
    config: { access: 'session' },
    schema: {
      tags,
      operationId: 'signOut',
      summary: 'Sign out',
      response: { 204: Type.Null() },
    },
    handler: async (request, reply) => {
      const { user, sessionHash } = sessionOf(request);
      await deleteSession(context.keystamp.database, sessionHash);
      context.accessEvents.count('signed_out', request, user.id);
      clearSessionCookie(context.config, reply);
      return reply.code(204).send(null);
    },
  });
}

function registerMe(app: HttpApp, { keystamp }: ServerContext): void {
  app.route({
    method: 'GET',
    url: '/api/auth/me',
    config: { access: 'session' },
    schema: {
      tags,
      operationId: 'getSignedInUser',
      summary: 'Who is signed in',
      response: { 200: UserAnswer },
    },
    handler: async (request) => ({
      user: userOnWire(sessionOf(request).user),
      as_of: asOf(keystamp),
    }),
  });
}

function registerPassword(app: HttpApp, context: ServerContext): void {
  app.route({
    method: 'PUT',
    url: '/api/auth/password',
    config: { access: 'session', refusals: TOO_MANY, codes: { 429: SIGN_IN_CODES[429] } },
    schema: {
      tags,
      operationId: 'changeOwnPassword',
      summary: 'Change the own password',
      description: 'Ends all other sessions of the user.',
      body: ChangePassword,
      response: { 204: Type.Null() },
    },
    handler: async (request, reply) => {
      await changePassword(context, sessionOf(request), request.body, clientNetwork(request));
      audit(request, 'changed the own password', {});
      return reply.code(204).send(null);
    },
  });
}
