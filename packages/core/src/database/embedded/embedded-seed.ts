import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { forceFolder, forceToDisk } from './force-to-disk.js';
import { makePGlite } from './make-pglite.js';
import { readTar } from './tar.js';

/**
 * An initialised, empty data directory, made at the build: initdb takes 2 to 4 s and 700 MB. It is found by the package's
 * name: in a bundle, a path from this file would lead to files of the service. Throws where the package is not installed.
 */
function seedFile(): string {
  const manifest = createRequire(import.meta.url).resolve('keystamp/package.json');
  return join(dirname(manifest), 'dist/embedded-seed.tar.gz');
}

/** Puts a fresh data directory at `folder`: all of it or, if the process dies meanwhile, nothing. */
export async function unpackTemplate(folder: string): Promise<void> {
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  for (const entry of readTar(await loadSeed())) {
    const path = join(unfinished, entry.name);
    if (entry.kind === 'folder') mkdirSync(path, { recursive: true, mode: 0o700 });
    else {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      writeFileSync(path, entry.content, { mode: 0o600 });
    }
  }
  chmodSync(unfinished, 0o700);
  await forceToDisk(unfinished);
  renameSync(unfinished, folder);
  forceFolder(dirname(folder));
}

/** Without the file (a bundle, a source tree that was never built) initdb runs now. */
async function loadSeed(): Promise<Buffer> {
  const packed = readSeed();
  return packed === null ? makeSeed('none') : gunzipSync(packed);
}

function readSeed(): Buffer | null {
  try {
    return readFileSync(seedFile());
  } catch {
    return null;
  }
}

/** Writes the file that ships with the package; a build step. */
export async function writeSeedFile(): Promise<string> {
  const file = seedFile();
  mkdirSync(dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, await makeSeed('gzip'));
  renameSync(unfinished, file);
  return file;
}

async function makeSeed(compression: 'none' | 'gzip'): Promise<Buffer> {
  const pglite = await makePGlite();
  try {
    const dump = await pglite.dumpDataDir(compression);
    return Buffer.from(await dump.arrayBuffer());
  } finally {
    await pglite.close();
  }
}
