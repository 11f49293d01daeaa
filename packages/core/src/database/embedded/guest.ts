import type { Socket } from 'node:net';
import { GREETING_QUERY, greeting } from './greeting.js';
import { GuestChannels } from './guest-channels.js';
import { CopyIn } from './guest-copy.js';
import { GuestSettings, settingsOfStart } from './guest-settings.js';
import { GuestStatements } from './guest-statements.js';
import type { OneSession, SessionUser } from './one-session.js';
import {
  fatal,
  int32,
  MessageReader,
  message,
  query,
  readText,
  statusOf,
  text,
  type WireMessage,
} from './wire.js';

/** A guest in a transaction that sends nothing for so long is sent away: everybody else waits for the session. */
export const IDLE_IN_TRANSACTION_MS = 5_000;

/** A request that may commit before its end: what it notified of is only heard then. */
const MAY_COMMIT_EARLY = /\b(commit|end|call|do)\b/i;

const SSL_REQUEST = 80877103;
const GSS_REQUEST = 80877104;
const CANCEL_REQUEST = 80877102;

/** Without it a `COPY … FROM STDIN` in the request would read beyond its end, which ends the engine. */
const NO_DATA = message('f', text('copy from standard input works as a statement by itself'));

let guests = 0;

/** Another process, connected through the socket in the folder: psql, or the command line. */
export class Guest implements SessionUser {
  readonly #socket: Socket;
  readonly #session: OneSession;
  readonly #reader = new MessageReader();
  readonly #statements: GuestStatements;
  readonly #listening: GuestChannels;
  #settings: GuestSettings | null = null;
  #request: WireMessage[] = [];
  #copy: CopyIn | null = null;
  /** Null: it has no turn. */
  #endTurn: (() => void) | null = null;
  #idle: NodeJS.Timeout | undefined;
  #working: Promise<void> = Promise.resolve();
  #hasEnded = false;

  constructor(socket: Socket, session: OneSession) {
    this.#socket = socket;
    this.#session = session;
    this.#statements = new GuestStatements(++guests);
    this.#listening = new GuestChannels(session, this);
    session.add(this);
    socket.on('data', (chunk) => {
      this.#reader.add(chunk);
      this.#then(() => this.#answerAll());
    });
    socket.on('error', () => {});
    socket.once('close', () => void this.#leaveForGood());
  }

  get channels(): Iterable<string> {
    return this.#listening.names;
  }

  listensTo(channel: string): boolean {
    return this.#listening.has(channel);
  }

  notify({ bytes }: WireMessage): void {
    this.#write(bytes);
  }

  lose(): void {
    void this.dismiss('57P02', 'the engine of the embedded database ended; connect again');
  }

  /** Rolls an open transaction back, says why and hangs up. */
  async dismiss(code: string, why: string): Promise<void> {
    this.#socket.end(fatal(code, why));
    await this.#leaveForGood();
    this.#socket.destroy();
  }

  /** One thing at a time, in the order in which it arrived. */
  #then(work: () => Promise<void>): void {
    this.#working = this.#working.then(work).catch((error: Error) => {
      // The engine is gone, or the client speaks another protocol.
      if (!this.#hasEnded) this.#socket.end(fatal('08P01', error.message));
      this.#socket.destroySoon();
    });
  }

  async #answerAll(): Promise<void> {
    while (!this.#hasEnded) {
      const next = this.#reader.next(this.#settings === null);
      if (next === null) return;
      await (this.#settings === null ? this.#start(next.bytes) : this.#receive(next));
    }
  }

  async #start(bytes: Buffer): Promise<void> {
    const code = bytes.length < 8 ? 0 : bytes.readInt32BE(4);
    if (code === SSL_REQUEST || code === GSS_REQUEST) return this.#write(Buffer.from('N'));
    if (code === CANCEL_REQUEST) return void this.#socket.end();
    if (code >> 16 !== 3) throw new Error('expected version 3 of the PostgreSQL protocol');
    const settings = new GuestSettings(this.#session, this, settingsOfStart(bytes));
    const greeted = await this.#inTurn(async () => {
      await settings.enter();
      const [row = []] = await this.#session.rows(this, GREETING_QUERY);
      await settings.leave();
      return greeting(row);
    });
    const minor = code & 0xffff;
    if (minor > 0) this.#write(message('v', int32(0), int32(0)));
    this.#write(greeted);
    this.#settings = settings;
  }

  async #receive(next: WireMessage): Promise<void> {
    clearTimeout(this.#idle);
    if (this.#copy !== null) return this.#receiveCopy(this.#copy, next);
    if (next.type === 'X') return void this.#socket.end();
    if (next.type === 'Q') {
      this.#copy = CopyIn.of(next);
      // It sends the data when it is asked to; the session gets all at once.
      if (this.#copy !== null) return this.#write(this.#copy.invitation);
    }
    this.#request.push(next);
    if (!['Q', 'S', 'H', 'F'].includes(next.type)) return;
    const request = this.#request;
    this.#request = [];
    await this.#run(request);
  }

  async #receiveCopy(copy: CopyIn, next: WireMessage): Promise<void> {
    if (!copy.add(next)) return;
    this.#copy = null;
    await this.#run(copy.messages, (answer) => copy.withoutInvitation(answer));
  }

  /** Runs a request, in the turn that it has or in a new one, which lasts until the transaction is over. */
  async #run(
    request: readonly WireMessage[],
    edit: (answer: Uint8Array) => Uint8Array = (answer) => answer,
  ): Promise<void> {
    if (this.#endTurn === null) await this.#begin();
    if (this.#hasEnded) return;
    const sql = request.map(textOf).join(';');
    const isUnfinished = request.at(-1)?.type === 'H';
    const messages = request.map((each) => this.#statements.renamed(each));
    // Before the end of an extended request, behind a simple one.
    messages.splice(
      isUnfinished || request.at(-1)?.type === 'S' ? -1 : messages.length,
      0,
      NO_DATA,
    );
    const answer = await this.#session.exec(
      this,
      Buffer.concat(messages),
      MAY_COMMIT_EARLY.test(sql),
    );
    this.#settings?.note(sql);
    this.#listening.note(sql);
    if (!isUnfinished && statusOf(answer) === 'I') await this.#finish();
    else this.#idle = setTimeout(() => this.#sendAway(), IDLE_IN_TRANSACTION_MS).unref();
    this.#write(edit(answer));
  }

  async #begin(): Promise<void> {
    this.#endTurn = await this.#session.take();
    await this.#settings?.enter();
  }

  /** Ends the turn: nothing of this guest stays in force. */
  async #finish(): Promise<void> {
    try {
      const stale = this.#statements.closeStale();
      if (stale !== null) await this.#session.exec(this, stale);
      await this.#settings?.leave();
      await this.#listening.leave();
    } finally {
      this.#endTurn?.();
      this.#endTurn = null;
    }
  }

  #sendAway(): void {
    const why = `a transaction on the embedded database may be idle for ${IDLE_IN_TRANSACTION_MS} ms`;
    void this.dismiss('25P03', why);
  }

  async #leaveForGood(): Promise<void> {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    clearTimeout(this.#idle);
    await this.#working;
    try {
      if (this.#endTurn === null) await this.#begin();
      await this.#session.exec(this, query('rollback'));
      await this.#session.exec(this, query('select pg_catalog.pg_advisory_unlock_all()'));
      const all = this.#statements.closeAll();
      if (all !== null) await this.#session.exec(this, all);
      await this.#finish();
    } catch {
      // The engine is gone: nothing is left to tidy up.
      this.#endTurn?.();
    } finally {
      this.#session.remove(this);
    }
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const end = await this.#session.take();
    try {
      return await work();
    } finally {
      end();
    }
  }

  #write(bytes: Uint8Array): void {
    if (this.#socket.writable) this.#socket.write(bytes);
  }
}

function textOf({ type, bytes }: WireMessage): string {
  if (type === 'Q') return readText(bytes, 5).value;
  return type === 'P' ? readText(bytes, readText(bytes, 5).end).value : '';
}
