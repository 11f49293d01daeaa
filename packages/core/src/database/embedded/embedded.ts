import type { PGlite, Transaction } from '@electric-sql/pglite';
import { type AcquireOptions, Semaphore } from '../../async/semaphore.js';
import {
  checkChannel,
  type Database,
  type DatabaseIdentity,
  type Lane,
  type Listener,
  type ListenHandlers,
  type QueryResult,
  type Row,
  type Session,
  VALIDATION_WAIT_MS,
} from '../database.js';
import { driverError } from '../postgres/driver-error.js';
import { readIdentity } from '../read-identity.js';
import { runStatement } from './run-statement.js';

const TURN_OF: Readonly<Record<Lane, AcquireOptions>> = {
  validation: { isUrgent: true, withinMs: VALIDATION_WAIT_MS },
  upkeep: { isUrgent: true },
  other: {},
};

/** Several openings of one PGlite in this process share its one session, hence its turns. */
const turnsOf = new WeakMap<PGlite, Semaphore>();

/** Wraps a PGlite that was handed in: it stays open at `end()`. */
export function wrapPGlite(pglite: PGlite): Database {
  let turns = turnsOf.get(pglite);
  if (turns === undefined) {
    turns = new Semaphore();
    turnsOf.set(pglite, turns);
  }
  return new EmbeddedDatabase(pglite, turns);
}

class EmbeddedDatabase implements Database {
  readonly kind = 'embedded';
  /** PGlite has no named statements to offer; nothing forbids them either. */
  readonly named = true;
  readonly #pglite: PGlite;
  readonly #turns: Semaphore;
  readonly #listeners = new Set<() => Promise<void>>();
  #ended: Promise<void> | undefined;

  constructor(pglite: PGlite, turns: Semaphore) {
    this.#pglite = pglite;
    this.#turns = turns;
  }

  get isEnded(): boolean {
    return this.#ended !== undefined || this.#pglite.closed;
  }

  query<R = Row>(text: string, params?: readonly unknown[]): Promise<QueryResult<R>> {
    return this.#turns.run(() => runStatement<R>(this.#pglite, text, params));
  }

  async identify(): Promise<DatabaseIdentity> {
    const { version } = await readIdentity(this);
    return { kind: 'embedded', version, folder: this.#pglite.dataDir ?? null };
  }

  async connect(lane: Lane = 'other'): Promise<Session> {
    const endTurn = await this.#turns.take(TURN_OF[lane]);
    return new EmbeddedSession(this.#pglite, endTurn);
  }

  connectDirect(): Promise<Session> {
    return this.connect();
  }

  async listen(channel: string, handlers: ListenHandlers): Promise<Listener> {
    checkChannel(channel);
    const unlisten = await this.#turns.run(() =>
      this.#pglite.listen(channel, (payload) => handlers.onNotification(channel, payload)),
    );
    const end = async () => {
      if (this.#listeners.delete(end)) await this.#turns.run(() => unlisten());
    };
    this.#listeners.add(end);
    return { backendPid: null, query: (text, params) => this.query(text, params), end };
  }

  end(): Promise<void> {
    this.#ended ??= this.#end();
    return this.#ended;
  }

  async #end(): Promise<void> {
    for (const end of [...this.#listeners]) await end();
  }
}

/**
 * The one session, held for a turn. A transaction runs in PGlite's own, because only that keeps out
 * statements which the embedding service sends to the same PGlite by itself.
 */
class EmbeddedSession implements Session {
  readonly backendPid = null;
  readonly #pglite: PGlite;
  readonly #endTurn: () => void;
  #transaction: OpenTransaction | undefined;
  #released = false;

  constructor(pglite: PGlite, endTurn: () => void) {
    this.#pglite = pglite;
    this.#endTurn = endTurn;
  }

  async query<R = Row>(text: string, params?: readonly unknown[]): Promise<QueryResult<R>> {
    if (this.#released) throw new Error('The session was released');
    const control = transactionControl(text);
    if (control === 'begin' && this.#transaction === undefined) {
      this.#transaction = await openTransaction(this.#pglite);
      return nothing();
    }
    if (control === 'commit' || control === 'rollback') {
      await this.#endTransaction(control);
      return nothing();
    }
    return runStatement<R>(this.#transaction?.statements ?? this.#pglite, text, params);
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#endTransaction('rollback')
      .catch(() => {})
      .finally(this.#endTurn);
  }

  async #endTransaction(how: 'commit' | 'rollback'): Promise<void> {
    const transaction = this.#transaction;
    this.#transaction = undefined;
    await transaction?.end(how);
  }
}

interface OpenTransaction {
  readonly statements: Transaction;
  end(how: 'commit' | 'rollback'): Promise<void>;
}

/** PGlite's transaction lasts as long as a callback: this one waits for `commit` or `rollback`. */
function openTransaction(pglite: PGlite): Promise<OpenTransaction> {
  return new Promise((resolve, reject) => {
    let reportEnd!: (how: 'commit' | 'rollback') => void;
    const outcome = new Promise<'commit' | 'rollback'>((report) => {
      reportEnd = report;
    });
    const ended = pglite.transaction(async (statements) => {
      const end = (how: 'commit' | 'rollback') => {
        reportEnd(how);
        return ended;
      };
      resolve({ statements, end });
      if ((await outcome) === 'rollback') await statements.rollback();
    });
    ended.catch((error) => reject(driverError(error)));
  });
}

function transactionControl(text: string): string | undefined {
  return /^\s*(begin|commit|rollback)\s*;?\s*$/i.exec(text)?.[1]?.toLowerCase();
}

function nothing<R>(): QueryResult<R> {
  return { rows: [], rowCount: null };
}
