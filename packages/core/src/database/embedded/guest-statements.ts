import { message, readText, SYNC, text, type WireMessage } from './wire.js';

/**
 * Names of prepared statements of one guest. All guests share one session: each has names of its own there, and a new
 * name for each statement without one, which would be replaced by another guest's.
 */
export class GuestStatements {
  readonly #prefix: string;
  readonly #prepared = new Set<string>();
  #unnamed: string;
  #stale: string[] = [];
  #count = 0;

  constructor(id: number) {
    this.#prefix = `guest${id}_`;
    this.#unnamed = `${this.#prefix}0`;
  }

  /** The message with the name that the session knows. */
  renamed({ type, bytes }: WireMessage): Buffer {
    if (type === 'P') return this.#parse(bytes);
    if (type === 'B') {
      const portal = readText(bytes, 5);
      const name = readText(bytes, portal.end);
      const head = bytes.subarray(5, portal.end);
      return message('B', head, text(this.#nameOf(name.value)), bytes.subarray(name.end));
    }
    const isOfStatement = (type === 'D' || type === 'C') && bytes[5] === 0x53;
    if (!isOfStatement) return bytes;
    const name = this.#nameOf(readText(bytes, 6).value);
    if (type === 'C') this.#prepared.delete(name);
    return message(type, Buffer.from('S'), text(name));
  }

  /** What closes the statements that nothing can refer to any more; null: there are none. */
  closeStale(): Buffer | null {
    const names = this.#stale;
    this.#stale = [];
    return closing(names);
  }

  /** What closes all of them. */
  closeAll(): Buffer | null {
    return closing([...this.#stale, ...this.#prepared]);
  }

  #parse(bytes: Buffer): Buffer {
    const { value, end } = readText(bytes, 5);
    if (value === '') {
      if (this.#prepared.delete(this.#unnamed)) this.#stale.push(this.#unnamed);
      this.#count += 1;
      this.#unnamed = `${this.#prefix}${this.#count}`;
    }
    const name = this.#nameOf(value);
    this.#prepared.add(name);
    return message('P', text(name), bytes.subarray(end));
  }

  #nameOf(given: string): string {
    return given === '' ? this.#unnamed : `${this.#prefix}_${given}`;
  }
}

function closing(names: readonly string[]): Buffer | null {
  if (names.length === 0) return null;
  const messages = names.map((name) => message('C', Buffer.from('S'), text(name)));
  return Buffer.concat([...messages, SYNC]);
}
