import { ArgumentError } from 'keystamp';
import { type Database, openDatabase } from 'keystamp/database';
import type { Logger } from 'pino';
import type { ServerConfig } from '../config/config.js';
import { StartFailure, urlFailure } from '../config/start-failure.js';

export interface OpenChoices {
  /** An embedded database is not made where there is none. */
  readonly mustExist: boolean;
  /** Beside a process that has the folder of the embedded database, its database is used through that one. */
  readonly share: boolean;
}

/** Opens the database that the environment names. */
export async function openConfigured(
  config: ServerConfig,
  logger: Logger,
  choices: OpenChoices,
): Promise<Database> {
  const { databaseUrl, listenDatabaseUrl, dataDir } = config;
  try {
    return await openDatabase(databaseUrl ?? undefined, {
      dataDir,
      ...choices,
      logger,
      ...(listenDatabaseUrl === null ? {} : { listenDatabase: listenDatabaseUrl }),
    });
  } catch (error) {
    const failure = databaseUrl === null ? folderFailure(error, dataDir) : urlFailure(error);
    throw failure ?? error;
  }
}

/** Names the variable where the folder is to blame, or the system that has no embedded database; null: neither is. */
export function folderFailure(error: unknown, dataDir: string): StartFailure | null {
  if (!(error instanceof ArgumentError)) return null;
  if (error.field === 'database') {
    return new StartFailure(`DATABASE_URL: not set, expected ${error.expected}`, { cause: error });
  }
  if (error.field !== 'dataDir') return null;
  const message = `got ${JSON.stringify(dataDir)}, expected ${error.expected}`;
  return new StartFailure(`KEYSTAMP_DATA_DIR: ${message}`, { cause: error });
}
