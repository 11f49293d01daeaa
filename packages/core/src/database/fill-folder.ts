import type { FillFolderOptions } from './embedded/fill-folder.js';

/**
 * Makes an embedded database in the folder `dataDir` and fills it: all of it or, if anything fails or the process is killed,
 * nothing. A folder in which that was killed is not opened before it is filled whole, or the part is removed.
 *
 * Throws `database_in_use` where another process has the folder, and `ArgumentError` where it cannot be written.
 *
 * @example
 * await fillFolder('./keystamp-data', {
 *   mayReplace: async () => { throw new Error('There is a database already'); },
 *   fill: async (database) => { await migrateUp(database); },
 * });
 */
export async function fillFolder(dataDir: string, options: FillFolderOptions): Promise<void> {
  // Loaded only where it is used: it is large.
  const { fillEmbeddedFolder } = await import('./embedded/fill-folder.js');
  await fillEmbeddedFolder(dataDir, options);
}
