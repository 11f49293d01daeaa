import { setTimeout as pause } from 'node:timers/promises';
import { createKeystamp, type Keystamp } from 'keystamp';
import type { Database } from 'keystamp/database';
import type { Logger } from 'pino';
import type { ServerConfig } from '../config/config.js';
import { migrateServerUp, requireServerSchema } from '../schema/schema.js';
import type { TlsServers } from '../tls/tls-servers.js';
import { databaseName } from './database-name.js';
import { openConfigured } from './open-configured.js';
import { outageReasonOf } from './outage-reason.js';
import { explainRefusal } from './refused-by-postgres.js';
import { openWaitingServer, type WaitingServer } from './waiting-server.js';

const RETRY_MS = 1_000;
/** One line a minute, not one a try. */
const TRIES_A_LINE = 60;

export interface OpenedKeystamp {
  readonly keystamp: Keystamp;
  /** Writes what is pending and closes the database. */
  close(): Promise<void>;
}

interface OpenOptions {
  readonly config: ServerConfig;
  readonly logger: Logger;
  readonly print: (line: string) => void;
  /** What speaks TLS; null: plain HTTP. */
  readonly tls: TlsServers | null;
  readonly signal?: AbortSignal;
}

/**
 * Opens the database, brings its schema up to date and starts Keystamp on it. While PostgreSQL is out
 * of reach it keeps trying, with `/healthz` up and `/readyz` 503: a server that starts before its database
 * is no reason to be started again. Any other failure is thrown.
 */
export async function openKeystamp(given: OpenOptions): Promise<OpenedKeystamp> {
  const options = { ...given, print: eachOnce(given.print) };
  const database = await openConfigured(options.config, options.logger, {
    mustExist: false,
    share: false,
  });
  let waiting: WaitingServer | null = null;
  try {
    for (let tries = 1; ; tries += 1) {
      const keystamp = await tryToStart(database, options, tries);
      if (keystamp !== null) return { keystamp, close: () => close(keystamp, database) };
      waiting ??= await openWaitingServer(options.config, options.tls);
      await pause(RETRY_MS, undefined, options.signal ? { signal: options.signal } : {});
    }
  } catch (error) {
    const failure = await explainRefusal(error, database, options.config);
    await database.end();
    throw failure;
  } finally {
    await waiting?.close();
  }
}

/** Null: the database is out of reach. */
async function tryToStart(
  database: Database,
  { config, logger, print }: OpenOptions,
  tries: number,
): Promise<Keystamp | null> {
  const { migrate, label, precisionMs, flushIntervalMs, outageGraceMs } = config;
  const { maxKeysPerUser, maxExpiryDays, historyDays } = config;
  try {
    // Before the schema is touched, which may be in another database than was meant.
    print(`Database: ${databaseName(await database.identify())}`);
    if (migrate) await migrateServerUp(database, { logger });
    else await requireServerSchema(database);
    return await createKeystamp({
      database,
      logger,
      migrate: false,
      label,
      precisionMs,
      flushIntervalMs,
      outageGraceMs,
      maxKeysPerUser,
      maxExpiryDays: maxExpiryDays ?? undefined,
      historyDays,
    });
  } catch (error) {
    const outage = outageReasonOf(error);
    if (outage === null) throw error;
    print('The database is out of reach. Trying again until it answers.');
    if (tries % TRIES_A_LINE === 1) logger.warn(outage, 'the database is out of reach');
    logger.debug({ err: error }, 'the database is out of reach');
    return null;
  }
}

/** What is tried again has nothing new to say. */
function eachOnce(print: (line: string) => void): (line: string) => void {
  const said = new Set<string>();
  return (line) => {
    if (!said.has(line)) print(line);
    said.add(line);
  };
}

async function close(keystamp: Keystamp, database: Database): Promise<void> {
  try {
    await keystamp.close();
  } finally {
    await database.end();
  }
}
