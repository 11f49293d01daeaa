import { fstatSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';

/** Bytes that may wait for a slow reader. Lines beyond are dropped, so that memory stays bounded. */
const MAX_WAITING_BYTES = 1024 * 1024;

/** Where lines are written. It reports each failure to `done` and never throws. */
export interface LineSink {
  /** Bytes that were accepted and are not written yet. */
  readonly waitingBytes: number;
  send(line: string, done: (error: Error | null) => void): void;
}

/**
 * Writes log lines. A line that cannot be written is dropped and counted: it never throws, and it never waits for
 * the reader. `onRecovery` is called once when writing works again.
 */
export class LogOutput {
  /** Called with the lines that were dropped since the last call, and the code of the last failure. */
  onRecovery: (lines: number, code: string) => void = () => {};
  readonly #sink: LineSink;
  #dropped = 0;
  #unreported = 0;
  #code = '';
  #isOverflowing = false;

  constructor(sink: LineSink) {
    this.#sink = sink;
  }

  /** Lines dropped since the start. */
  get dropped(): number {
    return this.#dropped;
  }

  write(line: string): void {
    const { waitingBytes } = this.#sink;
    // Until the reader has caught up: the log is cut in one place, not in many.
    this.#isOverflowing = this.#isOverflowing ? waitingBytes > 0 : waitingBytes > MAX_WAITING_BYTES;
    if (this.#isOverflowing) this.#drop('EAGAIN');
    else this.#sink.send(line, (error) => this.#onSent(error));
  }

  /** Resolves when everything that waits is written, or after `withinMs`. */
  async drain(withinMs: number): Promise<void> {
    if (this.#sink.waitingBytes === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, withinMs);
      this.#sink.send('', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #onSent(error: Error | null): void {
    if (error !== null) this.#drop((error as NodeJS.ErrnoException).code ?? error.name);
    else this.#reportDropped();
  }

  #reportDropped(): void {
    if (this.#unreported === 0 || this.#sink.waitingBytes > 0) return;
    const lines = this.#unreported;
    this.#unreported = 0;
    this.onRecovery(lines, this.#code);
  }

  #drop(code: string): void {
    this.#dropped++;
    this.#unreported++;
    this.#code = code;
  }
}

/** Standard error. Files are written at once; pipes, sockets and terminals take what they can and the rest waits. */
export function standardErrorSink(): LineSink {
  return isFile(2) ? fileSink(2) : streamSink(process.stderr);
}

function isFile(fd: number): boolean {
  const stats = fstatSync(fd);
  return stats.isFile() || (stats.isCharacterDevice() && !isatty(fd));
}

/** Each line is written whole. The rest of one that a full disk cut off is ended, so that it spoils no other. */
function fileSink(fd: number): LineSink {
  let isCutOff = false;
  return {
    waitingBytes: 0,
    send: (line, done) => {
      try {
        if (isCutOff) writeSync(fd, '\n');
        isCutOff = false;
        let rest = Buffer.from(line);
        while (rest.length > 0) {
          rest = rest.subarray(writeSync(fd, rest));
          isCutOff = rest.length > 0;
        }
      } catch (error) {
        done(error as Error);
        return;
      }
      done(null);
    },
  };
}

interface OutputStream extends NodeJS.WritableStream {
  readonly writableLength: number;
  /** Node has no public name for it. */
  readonly _handle?: { setBlocking?(isBlocking: boolean): void };
}

/** Writes to a terminal block by default: a terminal whose connection hangs would hold the event loop. */
function streamSink(stream: NodeJS.WritableStream): LineSink {
  const output = stream as OutputStream;
  output._handle?.setBlocking?.(false);
  // Each write reports its own failure.
  output.on('error', () => {});
  return {
    get waitingBytes() {
      return output.writableLength;
    },
    send: (line, done) => {
      output.write(line, (error) => done(error ?? null));
    },
  };
}
