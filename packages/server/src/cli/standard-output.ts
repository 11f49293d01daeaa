import type { Writable } from 'node:stream';

/** What a command prints did not arrive: the disk is full, or nobody reads any more. */
export class OutputFailure extends Error {
  override readonly name = 'OutputFailure';
  /** `ENOSPC`, `EPIPE`. */
  readonly code: string;

  constructor(cause: NodeJS.ErrnoException) {
    super(`standard output cannot be written: ${cause.code ?? cause.message}`, { cause });
    this.code = cause.code ?? '';
  }
}

export interface StandardOutput {
  out(text: string | Uint8Array): void;
  /** Resolves when all of it is written; throws `OutputFailure`, once, where some of it could not be. */
  written(): Promise<void>;
}

/** Standard output: a failure rejects what waits for it, and does not end the process by itself. */
export function openStandardOutput(stream: Writable): StandardOutput {
  let all: Promise<void> = Promise.resolve();
  // Each write tells of its own failure too.
  stream.on('error', () => {});
  return {
    out: (text) => {
      const one = new Promise<void>((resolve, reject) => {
        stream.write(text, (error) => (error ? reject(new OutputFailure(error)) : resolve()));
      });
      all = Promise.all([all, one]).then(() => {});
      all.catch(() => {});
    },
    written: () => {
      const asked = all;
      all = Promise.resolve();
      return asked;
    },
  };
}
