import { existsSync } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { CliFailure, type CliIo } from './cli-io.js';

/** Where a command writes what may be large. */
export interface Destination {
  /** Resolves when it is written: who waits for it keeps the memory flat. */
  write(text: string): Promise<void>;
  /** All is written. Before this, `close` removes a file. */
  done(): Promise<void>;
  close(): Promise<void>;
}

/** Standard output for `-`, or a new file for its owner alone. One that is there already is left alone. */
export async function openDestination(io: CliIo, file: string): Promise<Destination> {
  return file === '-' ? toOutput(io) : toFile(file, await create(file));
}

function toOutput(io: CliIo): Destination {
  const write = (text: string) => {
    io.out(text);
    return io.written();
  };
  return { write, done: async () => {}, close: async () => {} };
}

/** Under another name until it is whole: a command that is killed leaves nothing that looks like a result. */
const partOf = (file: string) => `${file}.part`;

async function create(file: string): Promise<FileHandle> {
  if (existsSync(file)) {
    throw new CliFailure(`${file} is there already: give another name, or remove it first`);
  }
  try {
    await rm(partOf(file), { force: true });
    return await open(partOf(file), 'wx', 0o600);
  } catch (error) {
    throw unwritable(file, error);
  }
}

function unwritable(file: string, error: unknown): CliFailure {
  return new CliFailure(`${file} cannot be written: ${(error as NodeJS.ErrnoException).code}`);
}

function toFile(file: string, handle: FileHandle): Destination {
  const failed = (error: unknown) => {
    throw unwritable(file, error);
  };
  return {
    write: (text) => handle.writeFile(text).catch(failed),
    done: async () => {
      await handle.sync().catch(failed);
      await rename(partOf(file), file).catch(failed);
    },
    close: async () => {
      await handle.close();
      await rm(partOf(file), { force: true });
    },
  };
}
