import type { Keystamp } from 'keystamp';
import type { Logger } from 'pino';
import { type AppOptions, type BuiltApp, buildApp } from '../app.js';
import type { ServerConfig } from '../config/config.js';
import { isLoopbackName } from '../config/loopback-name.js';
import { listenedOrigin } from '../http/origin.js';
import { DailyPolicy } from '../policy/daily-policy.js';
import { BACKLOG } from '../tls/backlog.js';
import { type OpenedTls, openTls } from '../tls/open-tls.js';
import { makeConfiguredAdmin, setupLink } from './first-start.js';
import { type OpenedKeystamp, openKeystamp } from './open-keystamp.js';
import { portFailure } from './port-failure.js';
import { requireHost } from './require-host.js';

/** In-flight requests get this long to finish; then their connections are cut, so that the uses can be written. */
const FINISH_REQUESTS_MS = 2_000;

export interface ServeOptions {
  readonly config: ServerConfig;
  readonly logger: Logger;
  /** Log lines that could not be written so far. */
  readonly droppedLines?: () => number;
  /** Writes a line for the person who started the server. The set-up link goes here, and never to the log. */
  readonly print: (line: string) => void;
  /** Ends the waiting for a database that is out of reach. */
  readonly signal?: AbortSignal;
  /** Another process has prepared the database, and prints for people. Left out: this one does. */
  readonly worker?: Required<Pick<AppOptions, 'shareMetrics'>>;
}

export interface RunningServer {
  /** Where to sign in. */
  readonly url: string;
  /** Finishes requests, writes what is pending, closes the database. Idempotent. */
  stop(): Promise<void>;
}

/** Starts the server. A failed start leaves nothing open. */
export async function serve(options: ServeOptions): Promise<RunningServer> {
  const { config, logger, worker } = options;
  if (worker === undefined) await requireHost(config);
  const tls = config.tls === null ? null : await openTls(config.tls, logger);
  try {
    return await serveFrom(await openPrepared(options, tls), tls, options);
  } catch (error) {
    tls?.close();
    throw error;
  }
}

/** What is done once for all workers: the schema and the first administrator. A failure leaves nothing open. */
export async function prepare(options: ServeOptions): Promise<OpenedKeystamp> {
  const { config, logger } = options;
  await requireHost(config);
  const tls = config.tls === null ? null : await openTls(config.tls, logger);
  try {
    return await openPrepared(options, tls);
  } finally {
    tls?.close();
  }
}

async function openPrepared(options: ServeOptions, tls: OpenedTls | null): Promise<OpenedKeystamp> {
  const { config, logger, worker } = options;
  const opened = await openKeystamp({ ...options, tls: tls?.servers ?? null });
  if (worker !== undefined) return opened;
  try {
    warnOfPlainHttp(options);
    await makeConfiguredAdmin(opened.keystamp.database, config, logger);
    return opened;
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function serveFrom(
  opened: OpenedKeystamp,
  tls: OpenedTls | null,
  options: ServeOptions,
): Promise<RunningServer> {
  const { config, logger, droppedLines, worker } = options;
  try {
    const built = await buildApp({
      keystamp: opened.keystamp,
      config,
      logger,
      ...worker,
      ...(droppedLines === undefined ? {} : { droppedLines }),
      ...(tls === null ? {} : { tls: tls.servers }),
    });
    const url = await start(built, options);
    const policy = new DailyPolicy({ ...opened, settings: config.policy, logger });
    policy.start();
    return { url, stop: once(() => stop(built, opened, tls, policy)) };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function start(built: BuiltApp, options: ServeOptions): Promise<string> {
  const { print, worker } = options;
  try {
    const url = await listen(built, options);
    if (worker !== undefined) return url;
    built.context.keystamp.database.announce?.(`${url}/`);
    print(`Keystamp is ready. Sign in at ${url}/`);
    await printSetupLink(built.context.keystamp, url, print);
    return url;
  } catch (error) {
    await built.app.close();
    throw error;
  }
}

function warnOfPlainHttp({ config: { publicUrl }, logger }: ServeOptions): void {
  if (publicUrl === null || publicUrl.startsWith('https:')) return;
  if (isLoopbackName(new URL(publicUrl).hostname)) return;
  logger.warn('KEYSTAMP_PUBLIC_URL is plain http: passwords and keys travel readable by anybody');
}

async function listen(
  { app, context }: BuiltApp,
  { config, logger }: Pick<ServeOptions, 'config' | 'logger'>,
): Promise<string> {
  const { host, port, tls } = config;
  // Called for each address. Fastify has no logger of its own to tell it by.
  const listenTextResolver = (address: string) => {
    const text = `Server listening at ${tls === null ? address : address.replace('http:', 'https:')}`;
    logger.info(text);
    return text;
  };
  await app
    .listen({ host, port, backlog: BACKLOG, listenTextResolver })
    .catch(async (error: unknown) => {
      throw await portFailure(error, config);
    });
  return config.publicUrl ?? listenedOrigin(context);
}

/** Prints the link that makes the first administrator, where there is none. It ends the links of earlier starts. */
export async function printSetupLink(
  { database }: Keystamp,
  url: string,
  print: (line: string) => void,
): Promise<void> {
  const link = await setupLink(database, url);
  if (link === null) return;
  print('There is no administrator yet. Open this link within an hour to make one:');
  print(link);
}

async function stop(
  { app, context }: BuiltApp,
  opened: OpenedKeystamp,
  tls: OpenedTls | null,
  policy: DailyPolicy,
): Promise<void> {
  context.isStopping = true;
  // In the command line beside the embedded database, somebody may hold its one session: the last uses come first.
  const guestsLeft = opened.keystamp.database.dismissGuests?.();
  const policyEnded = policy.close();
  const cut = setTimeout(() => {
    app.server.closeAllConnections();
    tls?.servers.closeAllConnections();
  }, FINISH_REQUESTS_MS);
  await app.close();
  clearTimeout(cut);
  tls?.close();
  await guestsLeft;
  await opened.close();
  await policyEnded;
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | null = null;
  return () => {
    done ??= work();
    return done;
  };
}
