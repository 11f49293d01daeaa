import { type Database, openDatabase } from 'keystamp';
import type { Logger } from 'pino';
import type { ServerConfig } from '../config.js';

/** Opens the database that the environment names. */
export function openConfigured(config: ServerConfig, logger: Logger): Promise<Database> {
  const { databaseUrl, listenDatabaseUrl, dataDir } = config;
  return openDatabase(databaseUrl ?? undefined, {
    dataDir,
    logger,
    ...(listenDatabaseUrl === null ? {} : { listenDatabase: listenDatabaseUrl }),
  });
}
