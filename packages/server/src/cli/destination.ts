import { existsSync, statSync } from 'node:fs';
import { type FileHandle, link, open, rename, rm, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CliFailure, type CliIo } from './cli-io.js';

/** Where a command writes what may be large. */
export interface Destination {
  /** Resolves when it is written: who waits for it keeps the memory flat. */
  write(content: string | Uint8Array): Promise<void>;
  /** All is written. Before this, `close` removes a file. */
  done(): Promise<void>;
  close(): Promise<void>;
}

interface DestinationOptions {
  /** True: a file that is there already is replaced, once the new one is whole. Default false: it is refused. */
  readonly overwrite?: boolean;
}

/** Standard output for `-`, or a new file for its owner alone. One that is there already is left alone. */
export async function openDestination(
  io: CliIo,
  file: string,
  { overwrite = false }: DestinationOptions = {},
): Promise<Destination> {
  return file === '-' ? toOutput(io) : toFile(file, await create(file, overwrite), overwrite);
}

function toOutput(io: CliIo): Destination {
  const write = (content: string | Uint8Array) => {
    io.out(content);
    return io.written();
  };
  return { write, done: async () => {}, close: async () => {} };
}

/** Under another name until it is whole: a command that is killed leaves nothing that looks like a result. */
const partOf = (file: string) => `${file}.part`;

async function create(file: string, overwrite: boolean): Promise<FileHandle> {
  if (existsSync(file)) {
    if (!overwrite) throw exists(file);
    if (!statSync(file).isFile()) throw new CliFailure(`${file} cannot be replaced: it is no file`);
  }
  try {
    await rm(partOf(file), { force: true });
    return await open(partOf(file), 'wx', 0o600);
  } catch (error) {
    throw unwritable(file, error);
  }
}

function exists(file: string): CliFailure {
  return new CliFailure(`${file} is there already: give another name, or remove it first`);
}

function unwritable(file: string, error: unknown): CliFailure {
  return new CliFailure(`${file} cannot be written: ${(error as NodeJS.ErrnoException).code}`);
}

function toFile(file: string, handle: FileHandle, overwrite: boolean): Destination {
  const failed = (error: unknown) => {
    throw error instanceof CliFailure ? error : unwritable(file, error);
  };
  return {
    write: (content) => handle.writeFile(content).catch(failed),
    done: () => finish(file, handle, overwrite).catch(failed),
    close: async () => {
      const isOurs = await isAt(handle, partOf(file));
      await handle.close();
      if (isOurs) await rm(partOf(file), { force: true });
    },
  };
}

/** A power cut finds the whole file, or none of that name. */
async function finish(file: string, handle: FileHandle, overwrite: boolean): Promise<void> {
  await handle.sync();
  if (!(await isAt(handle, partOf(file)))) {
    throw new CliFailure(`another command writes ${file} at the same time`);
  }
  if (overwrite) await rename(partOf(file), file);
  else await giveName(file);
  await forceEntries(dirname(file));
}

/** Not by a rename, which would replace a file that came meanwhile; some file systems have no second names. */
async function giveName(file: string): Promise<void> {
  try {
    await link(partOf(file), file);
  } catch (error) {
    const isTaken = (error as NodeJS.ErrnoException).code === 'EEXIST';
    if (isTaken || existsSync(file)) throw exists(file);
    return rename(partOf(file), file);
  }
  await unlink(partOf(file));
}

/** False: a second command has begun another file under that name. */
async function isAt(handle: FileHandle, path: string): Promise<boolean> {
  const [own, there] = await Promise.all([handle.stat(), stat(path).catch(() => null)]);
  return there !== null && there.ino === own.ino && there.dev === own.dev;
}

/** Windows has no such call, and needs none. */
async function forceEntries(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
