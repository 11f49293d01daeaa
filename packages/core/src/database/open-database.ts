import type { PGlite } from '@electric-sql/pglite';
import type { Pool } from 'pg';
import { ArgumentError } from '../errors.js';
import type { Logger } from '../keystamp.js';
import { checkBoolean, checkWholeNumber } from '../model/arguments.js';
import { checkFields, type FieldsOf } from '../model/known-fields.js';
import { checkLogger } from '../options.js';
import type { Database } from './database.js';
import type { PGliteLike } from './embedded/pglite-like.js';
import { driverError } from './postgres/driver-error.js';
import type { PoolLike } from './postgres/pool-like.js';
import { openPostgresPool, openPostgresUrl } from './postgres/postgres.js';
import type { PostgresOptions } from './postgres/postgres-options.js';
import { checkPostgresUrl } from './postgres/postgres-url.js';

export interface OpenDatabaseOptions {
  /** Folder of the embedded database. Default `./keystamp-data`. */
  dataDir?: string | undefined;
  /** True: where `dataDir` holds no embedded database, `database_missing` is thrown and nothing made. Default false. */
  mustExist?: boolean | undefined;
  /**
   * True: where another process has the embedded database's folder, its database is used through that process, as the command
   * line does beside a server. Default false: `database_in_use` is thrown.
   */
  share?: boolean | undefined;
  /** URL of a direct connection for notifications, migrations and locks, where the database is reached through a pooler in transaction mode. */
  listenDatabase?: string | undefined;
  /** Connections at most, where a URL is given: 1 to 1,000. Up to half of them, and one at least, are for looking keys up: with 1 there are two. Default 10. */
  poolSize?: number | undefined;
  /** Longest run of a statement in ms: 100 to 3,600,000. Default 15,000. Migrations have no such limit. */
  statementTimeoutMs?: number | undefined;
  /** Default: none. */
  logger?: Logger | undefined;
}

const OPTIONS: FieldsOf<OpenDatabaseOptions> = {
  dataDir: true,
  mustExist: true,
  share: true,
  listenDatabase: true,
  poolSize: true,
  statementTimeoutMs: true,
  logger: true,
};

/**
 * Opens the database behind a PostgreSQL URL, a `pg.Pool`, a PGlite, or, with nothing given, the embedded
 * one in `dataDir`. What is handed in open stays open at `end()`; a `Database` is returned as it is.
 *
 * A URL is not connected to yet: a server that is away shows at the first query.
 * Throws `ArgumentError` for what is none of these, and `database_in_use` where another process has the
 * embedded database's folder.
 */
export async function openDatabase(
  source?: Database | PoolLike | PGliteLike | string,
  given: OpenDatabaseOptions = {},
): Promise<Database> {
  const options = checkOptions(given);
  const limits = postgresOptions(options);
  if (source === undefined) {
    // Loaded only where it is used: it is large.
    const { openEmbeddedFolder } = await import('./embedded/embedded-folder.js');
    const { dataDir = './keystamp-data', mustExist = false, share = false, logger } = options;
    return openEmbeddedFolder(dataDir, { mustExist, share: share ? limits : null, logger });
  }
  if (typeof source === 'string') return openPostgresUrl(source, limits);
  if (isDatabase(source)) return source;
  if (isPGlite(source)) {
    const { wrapPGlite } = await import('./embedded/embedded.js');
    await source.waitReady.catch((error: unknown) => {
      throw driverError(error);
    });
    return wrapPGlite(source as PGlite);
  }
  if (isPool(source)) return openPostgresPool(source as Pool, limits);
  throw new ArgumentError('database', 'a PostgreSQL URL, a pg.Pool, a PGlite or nothing');
}

function checkOptions(given: OpenDatabaseOptions): OpenDatabaseOptions {
  const options = checkFields(given, OPTIONS, 'options');
  const { dataDir, mustExist, share, logger } = options;
  if (dataDir !== undefined && (typeof dataDir !== 'string' || dataDir.trim() === '')) {
    throw new ArgumentError('dataDir', "a folder's path");
  }
  if (mustExist !== undefined) checkBoolean(mustExist, 'mustExist');
  if (share !== undefined) checkBoolean(share, 'share');
  return logger === undefined ? options : { ...options, logger: checkLogger(logger) };
}

function postgresOptions(options: OpenDatabaseOptions): PostgresOptions {
  const { listenDatabase, poolSize = 10, statementTimeoutMs = 15_000 } = options;
  checkWholeNumber(poolSize, 'poolSize', 1, 1_000);
  checkWholeNumber(statementTimeoutMs, 'statementTimeoutMs', 100, 3_600_000);
  if (listenDatabase !== undefined) checkPostgresUrl('listenDatabase', listenDatabase);
  return { listenDatabase, poolSize, statementTimeoutMs };
}

type Source = Database | PoolLike | PGliteLike;

function isDatabase(source: Source): source is Database {
  return has(source, 'connectDirect') && has(source, 'listen');
}

function isPGlite(source: Source): source is PGliteLike {
  return has(source, 'waitReady') && has(source, 'exec');
}

function isPool(source: Source): source is PoolLike {
  return has(source, 'connect') && has(source, 'totalCount');
}

function has(source: Source, property: string): boolean {
  return typeof source === 'object' && source !== null && property in source;
}
