import { message, messagesIn, readText, type WireMessage } from './wire.js';

/** The most data of one `COPY … FROM STDIN`: 256 MiB. It is held in memory until all of it is there. */
const MAX_COPY_BYTES = 256 * 1024 * 1024;

const COPY_FROM_STDIN = /^(\s|--.*\n|\/\*[\s\S]*?\*\/)*copy\b[^;]*\bfrom\s+stdin\b[^;]*;?\s*$/i;

/**
 * A `COPY … FROM STDIN`. The engine cannot wait for data: it gets the statement and all of the data in one request.
 */
export class CopyIn {
  /** What asks the client for data. */
  readonly invitation: Buffer;
  readonly messages: WireMessage[];
  #bytes = 0;

  private constructor(statement: WireMessage, isBinary: boolean) {
    this.messages = [statement];
    this.invitation = message('G', Buffer.from([isBinary ? 1 : 0, 0, 0]));
  }

  /** Null: it is another statement. */
  static of(statement: WireMessage): CopyIn | null {
    const sql = readText(statement.bytes, 5).value;
    if (!COPY_FROM_STDIN.test(sql)) return null;
    return new CopyIn(statement, /\bbinary\b/i.test(sql));
  }

  /** True: that was all. */
  add(next: WireMessage): boolean {
    if (next.type === 'd') this.#bytes += next.bytes.length;
    if (this.#bytes > MAX_COPY_BYTES) throw new Error(`COPY takes ${MAX_COPY_BYTES} bytes at most`);
    if ('dcf'.includes(next.type)) this.messages.push(next);
    return next.type === 'c' || next.type === 'f';
  }

  /** The answer without the engine's own invitation, which the client has had. */
  withoutInvitation(answer: Uint8Array): Uint8Array {
    const kept = [...messagesIn(answer)].filter(({ type }) => type !== 'G');
    return Buffer.concat(kept.map(({ bytes }) => bytes));
  }
}
