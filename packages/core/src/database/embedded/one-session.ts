import { Semaphore } from '../../async/semaphore.js';
import type { Engine } from './engine.js';
import { channelOf, messagesIn, query, rowsOf, type WireMessage } from './wire.js';

/** Who uses the session: this process itself, or a guest. */
export interface SessionUser {
  /** The channels that it asked for. */
  readonly channels: Iterable<string>;
  listensTo(channel: string): boolean;
  /** A notification that another user's request caused. */
  notify(notification: WireMessage): void;
  /** The engine has ended, and everything that belonged to the session with it. */
  lose(error: Error): void;
}

/** After so long a turn counts as a long one. */
const LONG_TURN_MS = 1_000;

/**
 * The one session of an embedded database, and its users. Each of them has it for a turn: for a statement, or for a
 * transaction. What a request notifies of is passed on to all who listen, before anybody else has a turn.
 */
export class OneSession {
  readonly #turns = new Semaphore();
  readonly #engine: Engine;
  readonly #users = new Set<SessionUser>();
  /** Null: nobody has a turn. */
  #turnSince: number | null = null;
  /** A request that runs may have committed something which is notified at its end only. */
  #maySayLater = false;

  constructor(engine: Engine) {
    this.#engine = engine;
    engine.onDeath = (error) => {
      for (const user of [...this.#users]) user.lose(error);
    };
  }

  add(user: SessionUser): void {
    this.#users.add(user);
  }

  remove(user: SessionUser): void {
    this.#users.delete(user);
  }

  /**
   * True: somebody has had the session for over a second, and nobody else could have changed anything which this
   * process does not know of. That no answer comes then says nothing about the engine.
   */
  get isHeld(): boolean {
    const since = this.#turnSince;
    return since !== null && !this.#maySayLater && performance.now() - since > LONG_TURN_MS;
  }

  /** What anybody listens on. */
  get channels(): Set<string> {
    return new Set([...this.#users].flatMap(({ channels }) => [...channels]));
  }

  async take(...options: Parameters<Semaphore['take']>): Promise<() => void> {
    const end = await this.#turns.take(...options);
    this.#turnSince = performance.now();
    return () => {
      this.#turnSince = null;
      end();
    };
  }

  /** In a turn: sends whole messages. The answer has no notification that its user does not listen to. */
  async exec(user: SessionUser, request: Uint8Array, maySayLater = false): Promise<Uint8Array> {
    this.#maySayLater = maySayLater;
    try {
      return this.#passOn(user, await this.#engine.exec(request));
    } finally {
      this.#maySayLater = false;
    }
  }

  /** In a turn: rows of a text of our own. */
  async rows(user: SessionUser, sql: string): Promise<(string | null)[][]> {
    return rowsOf(await this.exec(user, query(sql)));
  }

  close(): Promise<void> {
    return this.#engine.close();
  }

  #passOn(user: SessionUser, response: Uint8Array): Uint8Array {
    const foreign = new Set<WireMessage>();
    for (const each of messagesIn(response)) {
      if (each.type !== 'A') continue;
      const channel = channelOf(each);
      for (const other of this.#users) {
        if (other !== user && other.listensTo(channel)) other.notify(each);
      }
      if (!user.listensTo(channel)) foreign.add(each);
    }
    if (foreign.size === 0) return response;
    const kept = [...messagesIn(response)].filter(
      (each) => each.type !== 'A' || user.listensTo(channelOf(each)),
    );
    return Buffer.concat(kept.map(({ bytes }) => bytes));
  }
}
