import { subscribe } from 'node:diagnostics_channel';
import type { FastifyInstance, RouteOptions } from 'fastify';
import { ArgumentError } from '../errors.js';
import type { CheckedRequirement } from '../http/index.js';
import { checkPartialRequirement } from './partial-requirement.js';

/** What a route requires over the plugin's; null: it says nothing; false: no key is looked at. */
export type RouteRequirement = Partial<CheckedRequirement> | false | null;

/** Throws an ArgumentError for anything else, also for `null` and `true`: the author meant something by it. */
export function requirementOfRoute(config: object | undefined): RouteRequirement {
  const given = givenRequirement(config);
  if (given === undefined) return null;
  if (given === false) return false;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new ArgumentError('apiKey', "false, or a requirement like { scopes: ['orders:read'] }");
  }
  return checkPartialRequirement(given);
}

/** Undefined: the route says nothing. Of the route itself: an `apiKey: false` that all objects inherit opens no route. */
export function givenRequirement(config: object | undefined): unknown {
  if (config === undefined || !Object.hasOwn(config, 'apiKey')) return undefined;
  return (config as { apiKey?: unknown }).apiKey;
}

/** A route that requires something of a key, and the context that it was declared in. */
interface DemandingRoute {
  readonly options: RouteOptions;
  readonly context: FastifyInstance;
  isGuarded: boolean;
}

/** By the root of the application, in the order of their declaration. */
const routesOf = new WeakMap<FastifyInstance, DemandingRoute[]>();

// A plugin is loaded after the routes that are declared behind a `register` which is not awaited, and no hook of it hears of
// them. Fastify tells of each application as it is made; one made before this module was loaded is judged by request alone.
subscribe('fastify.initialization', (message) => {
  const { fastify } = message as { fastify: FastifyInstance };
  const routes: DemandingRoute[] = [];
  routesOf.set(fastify, routes);
  fastify.addHook('onRoute', function (this: FastifyInstance, options) {
    const requirement = givenRequirement(options.config);
    if (requirement === undefined || requirement === false) return;
    routes.push({ options, context: this, isGuarded: false });
  });
});

/** Judges the routes that were declared before the plugin came to `context`: throws for a wrong requirement. */
export function guardEarlierRoutes(context: FastifyInstance): void {
  for (const route of routesAround(context)) {
    if (route.context !== context) continue;
    judge(route.options);
    route.isGuarded = true;
  }
}

/** Judges one that is declared from now on, in `context` or below. */
export function guardRoute(context: FastifyInstance, options: RouteOptions): void {
  requirementOfRoute(options.config);
  // It has just been registered: hooks run in the order in which they were added.
  const route = routesAround(context).findLast((one) => one.options === options);
  if (route !== undefined) route.isGuarded = true;
}

/** Throws where a route requires a key and no plugin guards it: nobody would look at its requirement. */
export function requireAllGuarded(context: FastifyInstance): void {
  const open = routesAround(context).find(({ isGuarded }) => !isGuarded);
  if (open === undefined) return;
  const where = 'the plugin registered before it, in its context or around it (await register)';
  throw new ArgumentError(`${nameOf(open.options)}, config.apiKey`, where);
}

/** Far from where it was declared, an error has to name the route. */
function judge(options: RouteOptions): void {
  try {
    requirementOfRoute(options.config);
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    throw new ArgumentError(`${nameOf(options)}, ${error.field}`, error.expected);
  }
}

/** Contexts are made with the one around them as their prototype. */
function routesAround(context: FastifyInstance): DemandingRoute[] {
  let at: FastifyInstance | null = context;
  while (at !== null && !routesOf.has(at)) at = Object.getPrototypeOf(at);
  return at === null ? [] : (routesOf.get(at) ?? []);
}

function nameOf({ method, url }: RouteOptions): string {
  return `${[method].flat().join(',')} ${url}`;
}
