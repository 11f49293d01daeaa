import { closeSync, fsyncSync, openSync } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Many at once: the disk writes them together. */
const AT_ONCE = 32;

/** Forces a folder to the disk, with all files and folders in it: a power cut finds all of it, or nothing. */
export async function forceToDisk(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.map((entry) => ({
    path: join(entry.parentPath, entry.name),
    isFolder: entry.isDirectory(),
  }));
  const files = paths.filter(({ isFolder }) => !isFolder).values();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const { path } of files) await forceFile(path);
    }),
  );
  for (const { path, isFolder } of paths) if (isFolder) forceFolder(path);
  forceFolder(folder);
}

/** The entries of a folder: a name that was made, or renamed. Windows has no such call, and needs none. */
export function forceFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

async function forceFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
