import cookie from '@fastify/cookie';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import fastify, { type FastifyServerFactory, LogController } from 'fastify';
import type { Keystamp } from 'keystamp';
import type { Logger } from 'pino';
import { AccessEvents } from './audit/access-events.js';
import type { OidcClocks } from './auth/oidc/metadata.js';
import { openProvider } from './auth/oidc/provider.js';
import { registerOidcRoutes } from './auth/oidc/routes.js';
import { authenticateSession } from './auth/sessions/authenticate-session.js';
import { createPasswordHasher } from './auth/sessions/password-hash.js';
import { registerSessionRoutes } from './auth/sessions/routes.js';
import { SessionReader } from './auth/sessions/session-reader.js';
import {
  SIGN_IN_LIMITS,
  SignInAttempts,
  type SignInLimits,
} from './auth/sessions/sign-in-limits.js';
import { SignInTurns } from './auth/sessions/sign-in-turns.js';
import { waitForTurns } from './auth/sessions/wait-for-turns.js';
import { adminReader } from './auth/setup/admin-reader.js';
import { registerSetupRoutes } from './auth/setup/routes.js';
import { registerUserRoutes } from './auth/users/routes.js';
import type { ServerConfig } from './config/config.js';
import { networkTest } from './config/networks.js';
import { publicPath, withoutPublicPath } from './config/public-url.js';
import type { ServerContext } from './context.js';
import { enforceAccess } from './http/access.js';
import { noteArrivals } from './http/arrival.js';
import { authenticateKeys } from './http/authenticate-key/authenticate-key.js';
import { BatchReader } from './http/batch-reader.js';
import { answerBrokenRequests, MAX_HEADER_BYTES } from './http/broken-request.js';
import {
  ConnectionsFirst,
  takeConnectionsFirst,
  WAIT_LIMITS,
  type WaitLimits,
} from './http/connections-first.js';
import { routedUrl } from './http/ext-authz-url.js';
import type { HttpApp } from './http/http-app.js';
import { acceptJsonOnly } from './http/json-body.js';
import { answerError } from './http/problem.js';
import { requirePathOfItsOwn } from './http/public-path-check.js';
import { RefusalPace } from './http/refusal-pace.js';
import { logRequests, warnOfIgnoredProxy } from './http/request-log.js';
import { checkRequestsBySchema } from './http/request-schemas.js';
import { setResponseHeaders } from './http/response-headers.js';
import { keepRouteTable } from './http/route-table.js';
import {
  paceStrangers,
  STRANGER_LIMITS,
  type StrangerLimits,
  StrangerPace,
} from './http/stranger-pace.js';
import { RequestLogger } from './log/request-logger.js';
import { openPage, PAGE_FOLDER, registerPage } from './routes/admin-page/page.js';
import { answerUnknownRoutes } from './routes/admin-page/unknown-routes.js';
import { ChangeLimiter } from './routes/api-keys/change-limiter.js';
import { registerApiKeyRoutes } from './routes/api-keys/routes.js';
import { registerForwardAuth } from './routes/forward-auth/routes.js';
import { registerHealthRoutes } from './routes/health/routes.js';
import { registerMetrics, type ShareMetrics } from './routes/metrics/routes.js';
import { registerOAuthRoutes } from './routes/oauth2/routes.js';
import { registerApiDocuments } from './routes/openapi/openapi.js';
import { findUsersToSignIn } from './sql/find-users-to-sign-in.js';
import { listenOnTheRest } from './tls/all-addresses.js';
import type { TlsServers } from './tls/tls-servers.js';

/** The largest body that is read where a route does not say more: the fields of one key or user take a part of it. */
const BODY_LIMIT = 16 * 1024;

/**
 * Requests on one connection, where workers share the port. Whichever worker is awake takes a new connection, and may so have all of a
 * proxy; the next one goes to a worker with less to do.
 */
const REQUESTS_A_CONNECTION = 1_000;

const HTTP_LIMITS = { maxHeaderSize: MAX_HEADER_BYTES };

/** In ms. Proxies keep a connection open for a minute: the server must not be the first to close it. */
const TIMEOUTS = { requestTimeout: 30_000, keepAliveTimeout: 72_000 };

export interface AppOptions {
  readonly keystamp: Keystamp;
  readonly config: ServerConfig;
  readonly logger: Logger;
  /** Log lines that could not be written so far. Default: none are. */
  readonly droppedLines?: () => number;
  /** Default: the build of the page in this workspace. */
  readonly pageFolder?: string;
  readonly signInLimits?: SignInLimits;
  /** What speaks TLS, as `config.tls` says. Default: the server speaks plain HTTP. */
  readonly tls?: TlsServers;
  readonly strangerLimits?: StrangerLimits;
  readonly waitLimits?: WaitLimits;
  /** Default: `/metrics` tells of this process alone. */
  readonly shareMetrics?: ShareMetrics;
}

export interface BuiltApp {
  readonly app: HttpApp;
  readonly context: ServerContext;
}

/** Puts the server together; it does not listen yet. */
export async function buildApp(options: AppOptions): Promise<BuiltApp> {
  const { config } = options;
  const page = openPage(options.pageFolder ?? PAGE_FOLDER, publicPath(config));
  const app = createFastify(options);
  if (config.workers > 1) app.server.maxRequestsPerSocket = REQUESTS_A_CONNECTION;
  const context = createContext(app, options);

  noteArrivals(app);
  keepRouteTable(app);
  requirePathOfItsOwn(app, config);
  checkRequestsBySchema(app);
  acceptJsonOnly(app);
  app.setErrorHandler((error: unknown, request, reply) => {
    context.accessEvents.countRefusal(error, request);
    return answerError(error, request, reply);
  });
  app.addHook('onClose', async () => context.accessEvents.close());
  answerUnknownRoutes(app, page);
  logRequests(app, options.logger);
  waitForTurns(app, context.signInTurns);
  warnOfIgnoredProxy(app, config);
  setResponseHeaders(app, context);
  paceStrangers(app, new StrangerPace(options.strangerLimits ?? STRANGER_LIMITS));
  takeConnectionsFirst(app, new ConnectionsFirst(options.waitLimits ?? WAIT_LIMITS));
  await app.register(cookie, { hook: false });
  enforceAccess(app, {
    byKey: authenticateKeys(app, context, options.logger),
    bySession: (request) => authenticateSession(context, request),
  });

  await registerApiDocuments(app, config);
  registerMetrics(app, context, options.shareMetrics);
  registerHealthRoutes(app, context);
  registerSetupRoutes(app, context);
  registerSessionRoutes(app, context);
  registerOidcRoutes(app, context);
  registerUserRoutes(app, context);
  await registerApiKeyRoutes(app, context);
  await registerForwardAuth(app, config);
  await registerOAuthRoutes(app, context);
  await registerPage(app, page);
  await app.ready();
  return { app, context };
}

function createFastify({ config, logger, tls }: AppOptions): HttpApp {
  const onBroken = answerBrokenRequests(logger);
  const urlBelow = withoutPublicPath(config);
  return fastify({
    logController: new LogController({ disableRequestLogging: true }),
    // Fastify itself has no logger: with one, it would follow each answer to its end.
    childLoggerFactory: (_none, bindings) => new RequestLogger(logger, bindings),
    trustProxy: networkTest(config.trustProxy),
    rewriteUrl: (request) => routedUrl(urlBelow(request)),
    bodyLimit: BODY_LIMIT,
    ...TIMEOUTS,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    routerOptions: { maxParamLength: 1024 },
    http: HTTP_LIMITS,
    ...(tls === undefined ? {} : overTls(tls, config, onBroken)),
    clientErrorHandler: onBroken,
    frameworkErrors: (error, request, reply) => answerError(error, request, reply),
  }).withTypeProvider<TypeBoxTypeProvider>() as unknown as HttpApp;
}

/** What Fastify sets on a server of its own, it does not set on this one. */
function overTls(
  tls: TlsServers,
  { host }: ServerConfig,
  onBroken: ReturnType<typeof answerBrokenRequests>,
): { serverFactory: FastifyServerFactory } {
  return {
    serverFactory: (listener) => {
      const create = () => tls.create(listener, { ...HTTP_LIMITS, ...TIMEOUTS });
      const server = create();
      const another = () => create().on('clientError', onBroken);
      if (host === 'localhost') server.once('listening', () => listenOnTheRest(server, another));
      return server;
    },
  };
}

function createContext(app: HttpApp, options: AppOptions): ServerContext {
  const { keystamp, config, signInLimits = SIGN_IN_LIMITS, droppedLines = () => 0 } = options;
  return {
    keystamp,
    config,
    tls: options.tls ?? null,
    droppedLines,
    accessEvents: new AccessEvents(options.logger),
    oidc: config.oidc === null ? null : openProvider(config.oidc, clocksOf(keystamp)),
    keyChanges: new ChangeLimiter(
      { perMinute: config.keyChangesPerMinute, atOnce: config.keyChangesAtOnce },
      new RefusalPace(signInLimits),
    ),
    attempts: new SignInAttempts(keystamp.database, signInLimits),
    signInTurns: new SignInTurns(),
    usersToSignIn: new BatchReader((emails) => findUsersToSignIn(keystamp.database, emails)),
    passwords: createPasswordHasher(),
    sessions: new SessionReader(keystamp.database),
    hasAdmin: adminReader(keystamp.database),
    isStopping: false,
    localPort: () => {
      const address = app.server.address();
      return address !== null && typeof address === 'object' ? address.port : config.port;
    },
  };
}

function clocksOf(keystamp: Keystamp): OidcClocks {
  return { now: () => performance.now(), offsetMs: () => keystamp.health().clockOffsetMs };
}
