import { existsSync, mkdirSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { ArgumentError, KeystampError } from '../../errors.js';
import type { Logger } from '../../keystamp.js';
import type { Database } from '../database.js';
import { loadPg } from '../postgres/load-pg.js';
import type { PostgresOptions } from '../postgres/postgres-options.js';
import { unpackTemplate } from './embedded-seed.js';
import { startMaintenance } from './embedded-upkeep.js';
import { findPGlite, startEngine } from './engine.js';
import { openFolderDatabase } from './folder-database.js';
import { type FolderHolder, type FolderLock, isLock, lockFolder } from './folder-lock.js';
import { type GuestServer, openGuestServer } from './guest-server.js';
import { OneSession } from './one-session.js';
import { RestartingEngine } from './restarting-engine.js';
import { openSharedFolder } from './shared-folder.js';
import { dataIn, requireFilled } from './unfinished-fill.js';

interface FolderOptions {
  /** True: a folder without a database is refused, and none is made. */
  readonly mustExist: boolean;
  /** How to go through a process that has the folder; null: `database_in_use` is thrown. */
  readonly share: PostgresOptions | null;
  readonly logger: Logger | undefined;
}

/**
 * Opens the embedded database in `dataDir`, made where it is missing. Two processes on one folder would
 * corrupt it, so a second one gets `database_in_use`, or goes through the first one.
 *
 * What is acknowledged is on the disk: a process that dies, however it dies, loses nothing that was committed, and neither
 * does a machine that loses its power, as far as its disk keeps what it says.
 */
export async function openEmbeddedFolder(
  dataDir: string,
  options: FolderOptions,
): Promise<Database> {
  if (process.platform === 'win32') throw onWindows();
  try {
    return await openFolder(dataDir, options);
  } catch (error) {
    throw wrongFolder(error) ?? error;
  }
}

/** Node has no Unix sockets there, which lock the folder and let commands in. */
export function onWindows(): ArgumentError {
  return new ArgumentError(
    'database',
    'a PostgreSQL URL, a pg.Pool or a PGlite; on Windows the embedded database runs in WSL alone',
  );
}

/** The system's word on the folder: a file in its place, no rights, no room. Null: not about the folder. */
export function wrongFolder(cause: unknown): ArgumentError | null {
  const { syscall, path, code, message } = cause as Partial<NodeJS.ErrnoException>;
  if (syscall === undefined) return null;
  // Without a path it is about the lock in the folder, whose name tells nobody anything.
  const why = path === undefined ? code : message;
  return new ArgumentError('dataDir', `a folder that can be made and written; ${why}`, { cause });
}

async function openFolder(
  dataDir: string,
  { mustExist, share, logger }: FolderOptions,
): Promise<Database> {
  if (mustExist) requireData(dataDir);
  // Before anything is made: without them nothing can be opened.
  await Promise.all([loadPg('The embedded database'), findPGlite()]);
  const folder = makeOwnFolder(dataDir);
  const lock = await lockFolder(folder);
  if (!isLock(lock)) return openThrough(folder, lock, share);
  try {
    const data = dataIn(folder);
    requireFilled(folder);
    if (!existsSync(data)) await unpackTemplate(data);
    return await openData(folder, lock, logger);
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Its real path. Throws `ArgumentError` where others can write it. */
export function makeOwnFolder(dataDir: string): string {
  const folder = makeFolder(dataDir);
  for (const each of [folder, dataIn(folder)]) requireWrittenByOwnerOnly(each);
  return folder;
}

function requireData(dataDir: string): void {
  const folder = resolve(dataDir);
  requireFilled(folder);
  if (existsSync(dataIn(folder))) return;
  throw new KeystampError('database_missing', `There is no embedded database in ${folder}`);
}

async function openData(
  folder: string,
  lock: FolderLock,
  logger: Logger | undefined,
): Promise<Database> {
  // 16 MB instead of 128: one session over a small database, beside the service in one process.
  const startParams = ['-c', 'shared_buffers=16MB'];
  const start = () => startEngine(dataIn(folder), startParams);
  const engine = await RestartingEngine.open(start, logger);
  try {
    return await openSession(folder, lock, new OneSession(engine), logger);
  } catch (error) {
    await engine.close();
    throw error;
  }
}

async function openSession(
  folder: string,
  lock: FolderLock,
  session: OneSession,
  logger: Logger | undefined,
): Promise<Database> {
  let endUpkeep = async () => {};
  let guests: GuestServer | null = null;
  const database = await openFolderDatabase(session, {
    folder,
    announce: (url) => lock.announce(url),
    dismissGuests: async () => guests?.close(),
    stop: () => endUpkeep(),
    close: async () => {
      try {
        await session.close();
      } finally {
        lock.release();
      }
    },
  });
  guests = await openGuestServer(folder, session);
  endUpkeep = startMaintenance(database, logger);
  return database;
}

function makeFolder(dataDir: string): string {
  makeWithParents(resolve(dataDir));
  // A file has no entries.
  readdirSync(dataDir);
  return realpathSync(dataDir);
}

/** Not mkdir's own recursion: where a parent can hold no folder (below /proc), that of Node never returns. */
function makeWithParents(path: string): void {
  if (existsSync(path)) return;
  makeWithParents(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if ((error as { code?: string }).code !== 'EEXIST') throw error;
  }
}

const OTHERS_WRITE = 0o022;

/**
 * An account that can write the files of a database is its superuser. As PostgreSQL does, the folder alone is judged and not those above
 * it.
 */
function requireWrittenByOwnerOnly(folder: string): void {
  const mode = statSync(folder, { throwIfNoEntry: false })?.mode ?? 0;
  if ((mode & OTHERS_WRITE) === 0) return;
  const octal = (mode & 0o777).toString(8).padStart(4, '0');
  const remedy = `run "chmod go-w ${folder}", or give a folder inside it, which is made for its owner only`;
  throw new ArgumentError(
    'dataDir',
    `a folder that only its owner can write; ${folder} has the mode ${octal}: ${remedy}`,
  );
}

/** Another process has the folder. One that ended just now leaves it to the next try. */
async function openThrough(
  folder: string,
  holder: FolderHolder,
  share: PostgresOptions | null,
): Promise<Database> {
  const isHeld = async () => {
    const lock = await lockFolder(folder);
    if (isLock(lock)) lock.release();
    return !isLock(lock);
  };
  const shared = share === null ? null : await openSharedFolder(folder, isHeld, share);
  if (shared !== null) return shared;
  throw inUse(folder, holder);
}

export function inUse(folder: string, { pid, url }: FolderHolder): KeystampError {
  const process = pid === null ? 'another process' : `process ${pid}`;
  const who = url === null ? process : `${process} (${url})`;
  return new KeystampError(
    'database_in_use',
    `The embedded database in ${folder} is in use by ${who}`,
  );
}
