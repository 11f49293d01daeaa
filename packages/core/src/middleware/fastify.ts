import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ArgumentError } from '../errors.js';
import {
  type AuthenticatedKey,
  authenticate,
  type CheckedRequirement,
  checkKeystamp,
  checkRequirement,
  credentialsOfRawHeaders,
  type KeyRequirement,
  type Problem,
  problem,
  problemDocument,
  problemHeaders,
} from '../http/index.js';
import type { Keystamp, RequestOrigin } from '../keystamp.js';
import {
  givenRequirement,
  guardEarlierRoutes,
  guardRoute,
  requireAllGuarded,
  requirementOfRoute,
} from './fastify-routes.js';

export type { AuthenticatedKey, KeyRequirement };

declare module 'fastify' {
  interface FastifyRequest {
    /** Null: without a key, where none is required. */
    apiKey: AuthenticatedKey | null;
  }
  interface FastifyContextConfig {
    /** What the route requires, over what the plugin requires; false: nothing, and no key is looked at. */
    apiKey?: KeyRequirement | false | undefined;
  }
}

/** What every route requires that says nothing else. */
export interface ApiKeyPluginOptions extends KeyRequirement {
  readonly keystamp: Keystamp;
}

/**
 * Plugin for Fastify 5: every request to the context that it is registered in, and to those below, needs a valid
 * API key, which is then `request.apiKey`; the rest is answered with a problem document before the body is read.
 * A route says otherwise in its `config.apiKey`. A wrong requirement throws an ArgumentError: a route's where the route is declared,
 * or, where `register` is not awaited, from `ready` and `listen`.
 */
export const authenticateApiKey = withoutEncapsulation(
  async (app: FastifyInstance, options: ApiKeyPluginOptions): Promise<void> => {
    const { keystamp } = options;
    checkKeystamp(keystamp);
    const requirementOn = requirementByRoute(checkRequirement(requirementOf(options)));
    if (!app.hasRequestDecorator('apiKey')) app.decorateRequest('apiKey', null);
    guardEarlierRoutes(app);
    app.addHook('onRoute', (route) => guardRoute(app, route));
    app.addHook('onReady', async () => requireAllGuarded(app));
    app.addHook('onRequest', async (request, reply) => {
      const requirement = requirementOn(request);
      if (requirement === false) return;
      if (requirement instanceof ArgumentError)
        return send(reply, misconfigured(request, requirement));
      const outcome = await authenticate(keystamp, presentedBy(request), requirement);
      if (!outcome.admitted) return send(reply, outcome.problem);
      request.apiKey = outcome.apiKey;
    });
  },
);

/**
 * What is required of a request: its route's requirement over the plugin's. Judged at the first request of each route too, because
 * not every way to declare one can be seen at the start.
 */
function requirementByRoute(ofPlugin: CheckedRequirement) {
  const judged = new WeakMap<object, CheckedRequirement | false | ArgumentError>();
  return ({ routeOptions: { config } }: FastifyRequest) => {
    if (config === undefined || givenRequirement(config) === undefined) return ofPlugin;
    const known = judged.get(config);
    if (known !== undefined) return known;
    const requirement = judge(config, ofPlugin);
    judged.set(config, requirement);
    return requirement;
  };
}

function judge(
  config: object,
  ofPlugin: CheckedRequirement,
): CheckedRequirement | false | ArgumentError {
  try {
    const ofRoute = requirementOfRoute(config);
    return ofRoute === false ? false : checkRequirement({ ...ofPlugin, ...ofRoute });
  } catch (error) {
    if (error instanceof ArgumentError) return error;
    throw error;
  }
}

/** A requirement that cannot be read is not dropped: nothing passes. */
function misconfigured(request: FastifyRequest, fault: ArgumentError): Problem {
  const { method, url } = request.routeOptions;
  const fields = { route: `${method} ${url}`, reason: fault.message };
  request.log.error(
    fields,
    'The route has a wrong requirement in config.apiKey; every request is refused.',
  );
  return problem(500, 'The server does not know which API key this route requires.');
}

/** What `register` takes for Fastify itself comes along. */
const NO_REQUIREMENT = new Set(['keystamp', 'prefix', 'logLevel', 'logSerializers']);

function requirementOf(options: ApiKeyPluginOptions): KeyRequirement {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !NO_REQUIREMENT.has(name)));
}

function presentedBy(request: FastifyRequest) {
  const { raw } = request;
  return {
    request: raw,
    url: raw.url ?? '',
    credentials: credentialsOfRawHeaders(raw.rawHeaders),
    from: new FastifyOrigin(request),
  };
}

/** Reads the request where its key is refused, and only then. */
class FastifyOrigin implements RequestOrigin {
  readonly #request: FastifyRequest;

  constructor(request: FastifyRequest) {
    this.#request = request;
  }

  get route(): string {
    const { method, routeOptions, originalUrl } = this.#request;
    return `${method} ${routeOptions.url ?? originalUrl}`;
  }

  /** As the application's option `trustProxy` has it. */
  get address(): string {
    return this.#request.ip;
  }
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
