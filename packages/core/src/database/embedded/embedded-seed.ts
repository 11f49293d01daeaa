import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { forceFolder, forceToDisk } from './force-to-disk.js';
import { makePGlite } from './make-pglite.js';
import { readTar } from './tar.js';
import { unfinished } from './unfinished-fill.js';

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
  const part = unpackPart(folder, await loadSeed());
  await forceToDisk(part);
  renameSync(part, folder);
  forceFolder(dirname(folder));
}

/** Puts a fresh data directory at `folder`, or a part of it. */
export async function unpackUnforced(folder: string): Promise<void> {
  renameSync(unpackPart(folder, await loadSeed()), folder);
}

function unpackPart(folder: string, seed: Buffer): string {
  const part = unfinished(folder);
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { mode: 0o700 });
  for (const entry of readTar(seed)) {
    const path = join(part, entry.name);
    if (entry.kind === 'folder') mkdirSync(path, { recursive: true, mode: 0o700 });
    else {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      writeFileSync(path, entry.content, { mode: 0o600 });
    }
  }
  chmodSync(part, 0o700);
  return part;
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
