import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The kernel takes at most 107 bytes (103 on macOS) as a socket's path; names in a folder have up to 24. */
const LONGEST_FOLDER = 76;

/** A path to the folder that is short enough for sockets in it: a symbolic link where its own is not. */
export function accessPath(folder: string): { path: string; remove(): void } {
  if (Buffer.byteLength(folder) <= LONGEST_FOLDER) return { path: folder, remove: () => {} };
  const place = mkdtempSync(join(tmpdir(), 'ks-'));
  const path = join(place, 'd');
  symlinkSync(folder, path);
  return { path, remove: () => rmSync(place, { recursive: true, force: true }) };
}
