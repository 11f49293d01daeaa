import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ArgumentError } from '../errors.js';
import {
  type AuthenticatedKey,
  authenticate,
  type CheckedDemand,
  checkDemand,
  checkKeystamp,
  credentialsOfRawHeaders,
  type KeyDemand,
  type Problem,
  problem,
  problemDocument,
  problemHeaders,
} from '../http/index.js';
import type { Keystamp } from '../keystamp.js';
import {
  demandAllGuarded,
  demandOfRoute,
  givenDemand,
  guardEarlierRoutes,
  guardRoute,
} from './fastify-routes.js';

export type { AuthenticatedKey, KeyDemand };

declare module 'fastify' {
  interface FastifyRequest {
    /** Null: without a key, where none is demanded. */
    apiKey: AuthenticatedKey | null;
  }
  interface FastifyContextConfig {
    /** What the route demands, over what the plugin demands; false: nothing, and no key is looked at. */
    apiKey?: KeyDemand | false | undefined;
  }
}

/** What every route demands that says nothing else. */
export interface ApiKeyPluginOptions extends KeyDemand {
  readonly keystamp: Keystamp;
}

/**
 * Plugin for Fastify 5: every request to the context that it is registered in, and to those below, needs a valid
 * API key, which is then `request.apiKey`; the rest is answered with a problem document before the body is read.
 * A route says otherwise in its `config.apiKey`. A wrong demand throws an ArgumentError: a route's where the route is declared,
 * or, where `register` is not awaited, from `ready` and `listen`.
 */
export const authenticateApiKey = withoutEncapsulation(
  async (app: FastifyInstance, options: ApiKeyPluginOptions): Promise<void> => {
    const { keystamp } = options;
    checkKeystamp(keystamp);
    const demandOn = demandByRoute(checkDemand(demandOf(options)));
    if (!app.hasRequestDecorator('apiKey')) app.decorateRequest('apiKey', null);
    guardEarlierRoutes(app);
    app.addHook('onRoute', (route) => guardRoute(app, route));
    app.addHook('onReady', async () => demandAllGuarded(app));
    app.addHook('onRequest', async (request, reply) => {
      const demand = demandOn(request);
      if (demand === false) return;
      if (demand instanceof ArgumentError) return send(reply, misconfigured(request, demand));
      const outcome = await authenticate(keystamp, presentedBy(request), demand);
      if (!outcome.admitted) return send(reply, outcome.problem);
      request.apiKey = outcome.apiKey;
    });
  },
);

/**
 * What is demanded of a request: its route's demand over the plugin's. Judged at the first request of each route too, because
 * not every way to declare one can be seen at the start.
 */
function demandByRoute(ofPlugin: CheckedDemand) {
  const judged = new WeakMap<object, CheckedDemand | false | ArgumentError>();
  return ({ routeOptions: { config } }: FastifyRequest) => {
    if (config === undefined || givenDemand(config) === undefined) return ofPlugin;
    const known = judged.get(config);
    if (known !== undefined) return known;
    const demand = judge(config, ofPlugin);
    judged.set(config, demand);
    return demand;
  };
}

function judge(config: object, ofPlugin: CheckedDemand): CheckedDemand | false | ArgumentError {
  try {
    const ofRoute = demandOfRoute(config);
    return ofRoute === false ? false : checkDemand({ ...ofPlugin, ...ofRoute });
  } catch (error) {
    if (error instanceof ArgumentError) return error;
    throw error;
  }
}

/** A demand that cannot be read is not dropped: nothing passes. */
function misconfigured(request: FastifyRequest, fault: ArgumentError): Problem {
  const { method, url } = request.routeOptions;
  const fields = { route: `${method} ${url}`, reason: fault.message };
  request.log.error(
    fields,
    'The route has a wrong demand in config.apiKey; every request is refused.',
  );
  return problem(500, 'The server does not know which API key this route demands.');
}

/** What `register` takes for Fastify itself comes along. */
const NO_DEMAND = new Set(['keystamp', 'prefix', 'logLevel', 'logSerializers']);

function demandOf(options: ApiKeyPluginOptions): KeyDemand {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !NO_DEMAND.has(name)));
}

function presentedBy({ raw }: FastifyRequest) {
  return {
    request: raw,
    url: raw.url ?? '',
    credentials: credentialsOfRawHeaders(raw.rawHeaders),
  };
}

/** The serializer is said because the route's own might leave out what it does not know. */
function send(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply
    .code(problem.status)
    .headers(problemHeaders(problem))
    .serializer(JSON.stringify)
    .send(problemDocument(problem));
}

/** What the package fastify-plugin does: the hooks count where the plugin is registered, not below it only. */
function withoutEncapsulation<Plugin extends object>(plugin: Plugin): Plugin {
  return Object.assign(plugin, {
    [Symbol.for('skip-override')]: true,
    [Symbol.for('fastify.display-name')]: 'keystamp',
    [Symbol.for('plugin-meta')]: { name: 'keystamp', fastify: '5.x' },
  });
}
