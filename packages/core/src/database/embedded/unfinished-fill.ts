import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ArgumentError } from '../../errors.js';

/** The data directory of the database in a folder. */
export function dataIn(folder: string): string {
  return join(folder, 'postgres');
}

/** A data directory that is being filled. It gets the name of `dataIn` when it is whole and on the disk. */
export function fillIn(folder: string): string {
  return join(folder, 'restoring');
}

/** What the template of a new database is unpacked to, and a replaced database waits in for its removal. */
export function unfinished(data: string): string {
  return `${data}.unfinished`;
}

/**
 * Refuses a folder whose restore was killed. A server that is started again by a supervisor would otherwise make an empty database
 * there, and refuse every key.
 */
export function requireFilled(folder: string): void {
  const fill = fillIn(resolve(folder));
  if (![fill, unfinished(fill)].some((each) => existsSync(each))) return;
  throw new ArgumentError(
    'dataDir',
    `a folder with a whole database; a restore into ${resolve(folder)} has not finished: run "keystamp restore" with the file again, or remove ${fill} to go on without it`,
  );
}
