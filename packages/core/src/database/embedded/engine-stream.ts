import { Duplex } from 'node:stream';
import { GREETING_QUERY, greeting } from './greeting.js';
import type { OneSession, SessionUser } from './one-session.js';
import { MessageReader, type WireMessage } from './wire.js';

/** Messages that end a request: the session answers it whole. */
const ENDS_REQUEST = new Set(['Q', 'S', 'F']);

/**
 * The way of this process' own node-postgres client to the session, in place of a socket. The turns are its user's
 * matter.
 */
export class EngineStream extends Duplex implements SessionUser {
  readonly channels = new Set<string>();
  readonly #session: OneSession;
  readonly #reader = new MessageReader();
  #hasStarted = false;
  #request: Buffer[] = [];

  constructor(session: OneSession) {
    super();
    this.#session = session;
    session.add(this);
  }

  /** Its handlers look at the channel. */
  listensTo(): boolean {
    return true;
  }

  notify({ bytes }: WireMessage): void {
    this.push(bytes);
  }

  lose(error: Error): void {
    this.destroy(error);
  }

  // What node-postgres calls of a socket.
  connect(): void {
    queueMicrotask(() => this.emit('connect'));
  }
  setNoDelay(): void {}
  setKeepAlive(): void {}
  ref(): void {}
  unref(): void {}

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#reader.add(chunk);
    this.#answerAll().then(() => done(), done);
  }

  override _final(done: () => void): void {
    this.push(null);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#session.remove(this);
    done(error);
  }

  /** As `folder-database.ts` writes it. It is never taken back: a channel without a handler does no harm. */
  #noteChannel(sql: string): void {
    const [, channel] = /^listen (\w+)$/.exec(sql) ?? [];
    if (channel !== undefined) this.channels.add(channel);
  }

  async #answerAll(): Promise<void> {
    for (;;) {
      const next = this.#reader.next(!this.#hasStarted);
      if (next === null) return;
      await this.#answer(next);
    }
  }

  async #answer({ type, bytes }: WireMessage): Promise<void> {
    if (!this.#hasStarted) {
      this.#hasStarted = true;
      const [row = []] = await this.#session.rows(this, GREETING_QUERY);
      this.push(greeting(row));
      return;
    }
    if (type === 'X') return;
    if (type === 'Q') this.#noteChannel(bytes.toString('utf8', 5, bytes.length - 1));
    this.#request.push(bytes);
    if (!ENDS_REQUEST.has(type)) return;
    const request = Buffer.concat(this.#request);
    this.#request = [];
    this.push(await this.#session.exec(this, request));
  }
}
