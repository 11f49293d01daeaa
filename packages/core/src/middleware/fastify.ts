import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  type AuthenticatedKey,
  authenticate,
  checkDemand,
  checkKeystamp,
  credentialsOfRawHeaders,
  type KeyDemand,
  type Problem,
  problemDocument,
  problemHeaders,
} from '../http/index.js';
import type { Keystamp } from '../keystamp.js';

export type { AuthenticatedKey, KeyDemand };

declare module 'fastify' {
  interface FastifyRequest {
    /** Null: without a key, where none is demanded. */
    apiKey: AuthenticatedKey | null;
  }
  interface FastifyContextConfig {
    /** What the route demands, over what the plugin demands; false: nothing, and no key is looked at. */
    apiKey?: KeyDemand | false;
  }
}

/** What every route demands that says nothing else. */
export interface ApiKeyPluginOptions extends KeyDemand {
  readonly keystamp: Keystamp;
}

/**
 * Plugin for Fastify 5: every request to the context that it is registered in, and to those below, needs a valid
 * API key, which is then `request.apiKey`; the rest is answered with a problem document before the body is read.
 * A route says otherwise in its `config.apiKey`. Throws an ArgumentError for a wrong scope.
 */
export const authenticateApiKey = withoutEncapsulation(
  async (app: FastifyInstance, options: ApiKeyPluginOptions): Promise<void> => {
    const { keystamp } = options;
    const demand = demandOf(options);
    checkKeystamp(keystamp);
    checkDemand(demand);
    if (!app.hasRequestDecorator('apiKey')) app.decorateRequest('apiKey', null);
    app.addHook('onRoute', ({ config }) => {
      if (config?.apiKey) checkDemand(config.apiKey);
    });
    app.addHook('onRequest', async (request, reply) => {
      const ofRoute = request.routeOptions.config?.apiKey;
      if (ofRoute === false) return;
      const outcome = await authenticate(keystamp, presentedBy(request), {
        scopes: ofRoute?.scopes ?? demand.scopes ?? [],
        optional: ofRoute?.optional ?? demand.optional ?? false,
      });
      if (!outcome.admitted) return send(reply, outcome.problem);
      request.apiKey = outcome.apiKey;
    });
  },
);

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
