import { type Database, openDatabase } from 'keystamp';
import type { Logger } from 'pino';
import type { ServerConfig } from '../config.js';

/** Opens the database that the environment names. `mustExist`: an embedded one is not made where there is none. */
export function openConfigured(
  config: ServerConfig,
  logger: Logger,
  mustExist: boolean,
): Promise<Database> {
  const { databaseUrl, listenDatabaseUrl, dataDir } = config;
  return openDatabase(databaseUrl ?? undefined, {
    dataDir,
    mustExist,
    logger,
    ...(listenDatabaseUrl === null ? {} : { listenDatabase: listenDatabaseUrl }),
  });
}
