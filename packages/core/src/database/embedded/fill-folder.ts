import { existsSync, renameSync, rmSync } from 'node:fs';
import type { Database } from '../database.js';
import { loadPg } from '../postgres/load-pg.js';
import { inUse, makeOwnFolder, onWindows, wrongFolder } from './embedded-folder.js';
import { unpackUnforced } from './embedded-seed.js';
import { findPGlite, startEngine } from './engine.js';
import { openFolderDatabase } from './folder-database.js';
import { isLock, lockFolder } from './folder-lock.js';
import { forceFolder, forceToDisk } from './force-to-disk.js';
import { OneSession } from './one-session.js';
import { dataIn, fillIn, unfinished } from './unfinished-fill.js';

/** What `fillFolder` does with a folder. */
export interface FillFolderOptions {
  /** Looks at a database that is in the folder already. What it throws leaves it as it is. */
  mayReplace(database: Database): Promise<void>;
  /** Fills the new database, which has no table yet. What it throws leaves the folder as it was. */
  fill(database: Database): Promise<void>;
}

/** Many rows at once, and none of them counts before all are on the disk. */
const FILL_PARAMS = ['-c', 'shared_buffers=64MB', '-c', 'fsync=off'];

/**
 * Makes an embedded database in `dataDir` and fills it, under the lock of the folder. It appears in its place at once,
 * whole and on the disk. A process that is killed before leaves a part that no opening takes for a database, and that the next
 * fill removes.
 */
export async function fillEmbeddedFolder(
  dataDir: string,
  options: FillFolderOptions,
): Promise<void> {
  if (process.platform === 'win32') throw onWindows();
  // Before anything is made: without them nothing can be filled.
  await Promise.all([loadPg('The embedded database'), findPGlite()]);
  try {
    await fillLocked(makeOwnFolder(dataDir), options);
  } catch (error) {
    throw wrongFolder(error) ?? error;
  }
}

async function fillLocked(folder: string, options: FillFolderOptions): Promise<void> {
  const lock = await lockFolder(folder);
  if (!isLock(lock)) throw inUse(folder, lock);
  const [data, fill] = [dataIn(folder), fillIn(folder)];
  try {
    if (existsSync(data)) await workOn(folder, data, [], options.mayReplace);
    removePart(fill);
    await unpackUnforced(fill);
    await workOn(folder, fill, FILL_PARAMS, options.fill);
    await forceToDisk(fill);
    putInPlace(folder, fill, data);
  } finally {
    removePart(fill);
    lock.release();
  }
}

/** Nobody else is let in, and nothing is maintained. */
async function workOn(
  folder: string,
  data: string,
  startParams: readonly string[],
  work: (database: Database) => Promise<void>,
): Promise<void> {
  const session = new OneSession(await startEngine(data, startParams));
  const close = () => session.close();
  const nothing = async () => {};
  const owner = { folder, announce: () => {}, dismissGuests: nothing, stop: nothing, close };
  const database = await openFolderDatabase(session, owner).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  try {
    await work(database);
  } finally {
    await database.end();
  }
}

/** The database that was there goes last. Killed in between, `fill` is found, and the folder is not opened. */
function putInPlace(folder: string, fill: string, data: string): void {
  rmSync(unfinished(data), { recursive: true, force: true });
  if (existsSync(data)) renameSync(data, unfinished(data));
  renameSync(fill, data);
  forceFolder(folder);
  rmSync(unfinished(data), { recursive: true, force: true });
}

function removePart(fill: string): void {
  for (const each of [unfinished(fill), fill]) rmSync(each, { recursive: true, force: true });
}
