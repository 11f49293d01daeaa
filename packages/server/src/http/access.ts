import type { FastifyContextConfig, FastifyRequest } from 'fastify';
import { noApiKey, placesOf } from 'keystamp/http';
import type { Actor, KeyActor, SessionActor } from './actor.js';
import { isForm } from './authenticate-key/key-in-form.js';
import { carriersFor } from './authenticate-key/requirement.js';
import type { HttpApp } from './http-app.js';
import { HttpProblem } from './problem.js';
import { addRouteHook, type RouteHook } from './route-hooks.js';

/**
 * Who may call a route. Every route says so in its `config`; one that does not fails the start.
 *
 * - `public`: anybody; credentials are not looked at.
 * - `public_or_key`: anybody; a key in the request is authenticated, and refused where it may not act.
 * - `session`: signed in by cookie. A key in the request is authenticated, and then refused.
 * - `admin_session`: an administrator, signed in by cookie.
 * - `session_or_key`: a key in the request decides alone, else the cookie.
 * - `key`: by key only; cookies are not looked at.
 */
export type Access =
  | 'public'
  | 'public_or_key'
  | 'session'
  | 'admin_session'
  | 'session_or_key'
  | 'key';

/** Scopes that a key needs for a route; as a function where the request names them. */
type RouteScope = string | ((request: FastifyRequest) => readonly string[]);

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
    scope?: RouteScope;
  }
  interface FastifyRequest {
    /** Null on public routes and before the request is admitted. */
    actor: Actor | null;
  }
}

/** How a request proves who it is. Both throw a problem where credentials are there and are refused. */
export interface Authenticators {
  /** Null: no key in the request. Records the use. */
  byKey(request: FastifyRequest, config: FastifyContextConfig): Promise<KeyActor | null>;
  /** Null: no valid session. */
  bySession(request: FastifyRequest): Promise<SessionActor | null>;
}

/**
 * Admits every request by its route's `access`, before its body is read. A form that may hold the key is read first,
 * and only on the routes that say so.
 */
export function enforceAccess(app: HttpApp, authenticators: Authenticators): void {
  app.decorateRequest('actor', null);
  app.addHook('onRoute', (route) => {
    const admission: RouteHook = (request, _reply, done) => {
      const admitted = admit(request, route.config as FastifyContextConfig, authenticators);
      if (admitted === null) return done();
      admitted.then((actor) => {
        request.actor = actor;
        const isMissing = actor === null && route.config?.access === 'key';
        done(isMissing ? withoutKey(route.config as FastifyContextConfig) : undefined);
      }, done);
    };
    if (route.config?.keyInForm !== true) return addRouteHook(route, 'onRequest', admission);
    addRouteHook(route, 'onRequest', (request, reply, done) =>
      isForm(request) ? done() : admission(request, reply, done),
    );
    addRouteHook(route, 'preValidation', (request, reply, done) =>
      isForm(request) ? admission(request, reply, done) : done(),
    );
  });
}

/** Null: at once, as nobody. It resolves to null where nobody proved anything. */
function admit(
  request: FastifyRequest,
  config: FastifyContextConfig,
  by: Authenticators,
): Promise<Actor | null> | null {
  switch (config.access as Access) {
    case 'public':
      return null;
    case 'public_or_key':
    case 'key':
      return by.byKey(request, config);
    case 'session_or_key':
      return admitEither(request, config, by);
    case 'session':
    case 'admin_session':
      return admitSession(request, config, by);
  }
}

async function admitEither(
  request: FastifyRequest,
  config: FastifyContextConfig,
  by: Authenticators,
): Promise<Actor> {
  return (await by.byKey(request, config)) ?? (await by.bySession(request)) ?? rejectStranger();
}

async function admitSession(
  request: FastifyRequest,
  config: FastifyContextConfig,
  by: Authenticators,
): Promise<SessionActor> {
  const adminOnly = config.access === 'admin_session';
  const keyActor = await by.byKey(request, config);
  if (keyActor !== null) {
    const problem = new HttpProblem(403, 'A key cannot do this: sign in.');
    throw adminOnly ? problem.countedAs('admin_denied', keyActor.user.id) : problem;
  }
  const actor = (await by.bySession(request)) ?? rejectWithoutSession();
  if (adminOnly && !actor.user.isAdmin) {
    const problem = new HttpProblem(403, 'Only administrators may do this.');
    throw problem.countedAs('admin_denied', actor.user.id);
  }
  return actor;
}

const OAUTH_PLACES = 'client_secret (HTTP Basic or the form) or Authorization: Bearer';

/** Signing in does not help there. */
function withoutKey(config: FastifyContextConfig): HttpProblem {
  const carriers = carriersFor(config);
  const places = config.keyInForm === true ? OAUTH_PLACES : placesOf(carriers);
  return HttpProblem.of(noApiKey(`Send an API key, as ${places}.`, carriers));
}

function rejectWithoutSession(): never {
  throw new HttpProblem(401, 'Sign in first.');
}

function rejectStranger(): never {
  const detail = 'Sign in, or send an API key, as X-API-Key or Authorization: Bearer.';
  throw HttpProblem.of(noApiKey(detail));
}

/** The session of a request on a route of access `session` or `admin_session`. */
export function sessionOf(request: FastifyRequest): SessionActor {
  if (request.actor?.kind !== 'session') throw new Error('the route does not demand a session');
  return request.actor;
}
