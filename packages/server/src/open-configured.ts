import { type Database, openDatabase } from 'keystamp';
import type { Logger } from 'pino';
import type { ServerConfig } from './config.js';
import { StartFailure, urlFailure } from './start-failure.js';

/** Opens the database that the environment names. `mustExist`: an embedded one is not made where there is none. */
export async function openConfigured(
  config: ServerConfig,
  logger: Logger,
  mustExist: boolean,
): Promise<Database> {
  const { databaseUrl, listenDatabaseUrl, dataDir } = config;
  try {
    return await openDatabase(databaseUrl ?? undefined, {
      dataDir,
      mustExist,
      logger,
      ...(listenDatabaseUrl === null ? {} : { listenDatabase: listenDatabaseUrl }),
    });
  } catch (error) {
    const told = databaseUrl === null ? folderFailure(error, dataDir) : urlFailure(error);
    throw told ?? error;
  }
}

/** The system's word on the folder: a file in its place, no rights, no room. Null: not about the folder. */
function folderFailure(cause: unknown, dataDir: string): StartFailure | null {
  const { syscall, path, code, message } = cause as Partial<NodeJS.ErrnoException>;
  if (syscall === undefined) return null;
  const got = JSON.stringify(dataDir);
  // Without a path it is about the lock in the folder, whose name tells nobody anything.
  const why = path === undefined ? code : message;
  return new StartFailure(
    `KEYSTAMP_DATA_DIR: got ${got}, expected a folder that can be made and written; ${why}`,
    { cause },
  );
}
