import { ArgumentError } from '../errors.js';

/** A row as the driver hands it out: columns by name. */
export type Row = Record<string, unknown>;

export interface QueryResult<R = Row> {
  readonly rows: R[];
  /** Rows returned or changed; null for statements that count none. */
  readonly rowCount: number | null;
}

/** Anything that runs one statement: the database itself, or a session of it inside a transaction. */
export interface Executor {
  /**
   * Runs one statement with `$1 …` parameters. Parsers are alike on every database: int8 and numeric as
   * text, date and interval as text, timestamptz as Date, bytea as Buffer, json as value.
   * Rejects with the driver's error; `error.code` is its SQLSTATE or the system's code.
   */
  query<R = Row>(text: string, params?: readonly unknown[]): Promise<QueryResult<R>>;
}

/** A connection held by its caller until it is released. */
export interface Session extends Executor {
  /** The server's number of this connection, for `pg_cancel_backend`; null where it has none (embedded, or behind a pooler). */
  readonly backendPid: number | null;
  /** Gives the connection back; with an error the connection is thrown away. */
  release(error?: Error): void;
}

/** A connection that hears notifications. It ends by `end()`, or by itself: then `onEnd` is called once. */
export interface Listener extends Executor {
  /** The process id of this connection, as the server sent it at the start; a pooler sends another one. Null: embedded. */
  readonly backendPid: number | null;
  /**
   * True: somebody else has had the one session of the embedded database for over a second, and every change so far was
   * notified. An answer that does not come is then no sign of a lost connection. Absent: it has a connection of its own.
   */
  isHeld?(): boolean;
  end(): Promise<void>;
}

export interface ListenHandlers {
  onNotification(channel: string, payload: string): void;
  /** The connection is gone; no notification comes any more. */
  onEnd(error: Error): void;
}

/** Which database this is, for people: never with a user or a password. */
export type DatabaseIdentity =
  | {
      readonly kind: 'postgres';
      /** Of the server, such as `18.4`. */
      readonly version: string;
      /** Where the connection leads: a name, an address, or the folder of a Unix socket. */
      readonly host: string;
      readonly port: number;
      /** Of the database on that server. */
      readonly name: string;
    }
  | {
      readonly kind: 'embedded';
      readonly version: string;
      /** Null: it is in memory. */
      readonly folder: string | null;
    };
/**
 * What a connection is for.
 *
 * - `validation`: a key is looked up, or the database is probed. Some connections are for this alone.
 * - `upkeep`: what the instance does by itself. It goes before `other` where it has to wait.
 * - `other`: whatever a caller wants.
 */
export type Lane = 'validation' | 'upkeep' | 'other';

/** Who validates a key waits no longer for a connection. */
export const VALIDATION_WAIT_MS = 1_000;

/** The one small interface to PostgreSQL, served or embedded. */
export interface Database extends Executor {
  /** `embedded` has one session in one process: everything in it is serial. */
  readonly kind: 'postgres' | 'embedded';
  /** False where a direct address is given beside it: behind a pooler in transaction mode, where named statements must not be used. */
  readonly named: boolean;
  /** True: it was ended, or what was handed in was. Nothing can be asked any more; that is no outage. */
  readonly isEnded: boolean;
  /** Asks which database this is. Throws `database_unavailable`. */
  identify(): Promise<DatabaseIdentity>;
  /** Waits for a connection and holds it. Throws `overloaded` where none is free in time. Default `other`. */
  connect(lane?: Lane): Promise<Session>;
  /**
   * Opens a connection of its own, past any pooler and without time limits: for migrations and for locks
   * that belong to a session. Embedded: the same as `connect()`.
   */
  connectDirect(): Promise<Session>;
  /** Opens a connection of its own (embedded: the shared one) and listens on `channel`. */
  listen(channel: string, handlers: ListenHandlers): Promise<Listener>;
  /**
   * Ends the connections of other processes, which go through this one to the embedded database, so that nothing they hold delays
   * the last writes. Absent: there are none.
   */
  dismissGuests?(): Promise<void>;
  /**
   * Says where this process serves the embedded database, such as `http://127.0.0.1:4747/`. The error of a second
   * process that wants to serve it names the URL. Absent: no other process is kept out.
   */
  announce?(url: string): void;
  /** Ends what this object opened; a pool that was handed in stays open. */
  end(): Promise<void>;
}

/** Refuses what is no plain name of a channel: lower-case letters, digits and `_`, at most 63. */
export function checkChannel(channel: string): void {
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(channel)) {
    throw new ArgumentError('channel', 'at most 63 lower-case letters, digits and _');
  }
}

/** Runs `work` in a transaction on a connection of its own; any error rolls it back and is thrown on. */
export async function inTransaction<T>(
  database: Database,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await database.connect();
  let broken: Error | undefined;
  try {
    await session.query('begin');
    const result = await work(session);
    await session.query('commit');
    return result;
  } catch (error) {
    await session.query('rollback').catch((cause: Error) => {
      broken = cause;
    });
    throw error;
  } finally {
    session.release(broken);
  }
}

/** One statement, or a few, in a lane. A connection that failed is thrown away. */
export async function inLane<T>(
  database: Pick<Database, 'connect'>,
  lane: Lane,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await database.connect(lane);
  try {
    const result = await work(session);
    session.release();
    return result;
  } catch (error) {
    session.release(error as Error);
    throw error;
  }
}
