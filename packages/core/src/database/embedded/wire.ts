/** Messages of PostgreSQL's protocol: https://www.postgresql.org/docs/current/protocol-message-formats.html */

/** One message: its type, and all of its bytes. */
export interface WireMessage {
  /** Its letter. Empty: the first message of a connection has none. */
  readonly type: string;
  readonly bytes: Buffer;
}

/** The longest message that is taken: 256 MiB. PostgreSQL itself takes 1 GiB. */
const MAX_MESSAGE_BYTES = 256 * 1024 * 1024;

/** Cuts what arrives into messages. */
export class MessageReader {
  #rest: Buffer = Buffer.alloc(0);
  readonly #parts: Buffer[] = [];
  #waitsFor = 0;
  #length = 0;

  add(chunk: Uint8Array): void {
    this.#parts.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    this.#length += chunk.byteLength;
  }

  /** The next message, null: it is not complete yet. Throws `RangeError` for one without a sensible length. */
  next(isFirst: boolean): WireMessage | null {
    const header = isFirst ? 4 : 5;
    if (this.#length < Math.max(header, this.#waitsFor)) return null;
    this.#join();
    const length = this.#rest.readInt32BE(header - 4);
    if (length < 4 || length > MAX_MESSAGE_BYTES) throw new RangeError('no PostgreSQL message');
    const end = header - 4 + length;
    // Parts of a long message are joined once, not at each of them.
    this.#waitsFor = end;
    if (this.#length < end) return null;
    this.#waitsFor = 0;
    const bytes = this.#rest.subarray(0, end);
    this.#rest = this.#rest.subarray(end);
    this.#length -= end;
    return { type: isFirst ? '' : String.fromCharCode(bytes[0] as number), bytes };
  }

  #join(): void {
    if (this.#parts.length === 0) return;
    this.#rest = Buffer.concat([this.#rest, ...this.#parts]);
    this.#parts.length = 0;
  }
}

/** The messages of a complete answer. */
export function* messagesIn(response: Uint8Array): Generator<WireMessage> {
  const all = Buffer.from(response.buffer, response.byteOffset, response.byteLength);
  for (let at = 0; at < all.length; ) {
    const end = at + 1 + all.readInt32BE(at + 1);
    yield { type: String.fromCharCode(all[at] as number), bytes: all.subarray(at, end) };
    at = end;
  }
}

/** A message of a letter and its content. */
export function message(type: string, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  const head = Buffer.alloc(5);
  head.write(type, 'latin1');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

/** Text that ends with a zero byte. */
export function text(value: string): Buffer {
  return Buffer.from(`${value}\0`);
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

/** The zero-ended text at `at`, and where the next field begins. */
export function readText(bytes: Buffer, at: number): { value: string; end: number } {
  const zero = bytes.indexOf(0, at);
  const end = zero === -1 ? bytes.length : zero;
  return { value: bytes.toString('utf8', at, end), end: end + 1 };
}

export function query(sql: string): Buffer {
  return message('Q', text(sql));
}

export const SYNC = message('S');

/** `I`: idle, `T`: in a transaction, `E`: in one that failed. Null: the answer ends without saying it. */
export function statusOf(response: Uint8Array): 'I' | 'T' | 'E' | null {
  const at = response.length - 6;
  if (at < 0 || response[at] !== 0x5a) return null;
  return String.fromCharCode(response[at + 5] as number) as 'I' | 'T' | 'E';
}

/** The channel of a notification. */
export function channelOf({ bytes }: WireMessage): string {
  return readText(bytes, 9).value;
}

/** A failure that ends the connection. */
export function fatal(code: string, why: string): Buffer {
  const fields = [
    ['S', 'FATAL'],
    ['V', 'FATAL'],
    ['C', code],
    ['M', why],
  ] as const;
  return errorOf(fields);
}

/** A failure of one request. */
export function failure(code: string, why: string): Buffer {
  return errorOf([
    ['S', 'ERROR'],
    ['V', 'ERROR'],
    ['C', code],
    ['M', why],
  ]);
}

function errorOf(fields: readonly (readonly [string, string])[]): Buffer {
  const content = fields.map(([field, value]) => text(`${field}${value}`));
  return message('E', ...content, Buffer.alloc(1));
}

/** Rows of a simple query, as text. Throws what the server answers with an error. */
export function rowsOf(response: Uint8Array): (string | null)[][] {
  const rows: (string | null)[][] = [];
  for (const { type, bytes } of messagesIn(response)) {
    if (type === 'E') throw new Error(bytes.toString('utf8', 5).replaceAll('\0', ' '));
    if (type === 'D') rows.push(fieldsOf(bytes));
  }
  return rows;
}

function fieldsOf(row: Buffer): (string | null)[] {
  const fields: (string | null)[] = [];
  let at = 7;
  for (let left = row.readInt16BE(5); left > 0; left -= 1) {
    const length = row.readInt32BE(at);
    at += 4;
    fields.push(length < 0 ? null : row.toString('utf8', at, at + length));
    at += Math.max(length, 0);
  }
  return fields;
}
