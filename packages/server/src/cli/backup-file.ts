import { createReadStream } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { BackupFault, type OpenBackup, openBackup } from '../transfer/read-backup.js';
import { CliFailure, type CliIo } from './cli-io.js';
import { textLines, WrongLine } from './text-lines.js';

/** Works with the backup in a file, or in standard input for `-`. What is wrong with it is one sentence that names the file. */
export async function withBackup<T>(
  io: CliIo,
  file: string,
  work: (backup: OpenBackup) => Promise<T>,
): Promise<T> {
  try {
    const input = file === '-' ? io.stdin : createReadStream(file);
    return await work(await openBackup(textLines(unpacked(input))));
  } catch (error) {
    throw failureOf(error, file === '-' ? 'standard input' : file);
  }
}

const GZIP = Buffer.from([0x1f, 0x8b]);

/** Somebody may have unpacked it to look into it. */
async function* unpacked(input: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const chunks = input[Symbol.asyncIterator]();
  const first = await chunks.next();
  const all = async function* () {
    for (let next = first; !next.done; next = await chunks.next()) yield next.value;
  };
  const isPacked = !first.done && first.value.subarray(0, GZIP.length).equals(GZIP);
  if (!isPacked) return yield* all();
  const gunzip = createGunzip();
  // What fails ends the iteration below with its error.
  pipeline(Readable.from(all()), gunzip, () => {});
  yield* gunzip as AsyncIterable<Buffer>;
}

function failureOf(error: unknown, name: string): unknown {
  const { syscall, code = '' } = error as NodeJS.ErrnoException;
  const nothing = 'Nothing was changed.';
  if (error instanceof BackupFault) {
    return new CliFailure(`${name} cannot be restored: ${error.message}. ${nothing}`);
  }
  const isDamaged = code.startsWith('Z_') || error instanceof WrongLine;
  if (isDamaged) return new CliFailure(`${name} cannot be restored: it is damaged. ${nothing}`);
  const isOfFile = syscall !== undefined && ['open', 'read'].includes(syscall);
  return isOfFile ? new CliFailure(`${name} cannot be read: ${code}`) : error;
}
