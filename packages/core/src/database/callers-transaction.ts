import { Semaphore } from '../async/semaphore.js';
import { ArgumentError } from '../errors.js';
import type { TransactionClient } from '../keystamp.js';
import type { Database, Executor, Session } from './database.js';
import type { PGliteTransactionLike } from './embedded/pglite-like.js';
import { runStatement } from './embedded/run-statement.js';
import type { ClientLike } from './postgres/pool-like.js';
import { send } from './postgres/postgres-connection.js';
import { OWN_VALUES } from './postgres/session-settings.js';

/** Runs statements in a transaction of the caller's. */
export interface CallersSession extends Executor {
  /** Of the transaction, such as `read committed`. */
  readonly isolation: string;
}

const EXPECTED = {
  postgres: 'a client of pg that has begun a transaction (not a pool)',
  embedded: 'what transaction() of the PGlite hands in, or a session of inTransaction',
} as const;

/** What is changed for our statements and set back after them: the last is who makes a change, which would stay until the commit. */
const SETTINGS = [...Object.keys(OWN_VALUES), 'keystamp.actor'];
const read = `select pg_catalog.current_setting('transaction_isolation') as isolation,
  pg_catalog.current_setting('transaction_read_only') as read_only,
  array(select pg_catalog.current_setting(s.name, true) from pg_catalog.unnest($1::text[]) with ordinality as s (name, place)
    order by s.place) as values`;
const set = `select pg_catalog.set_config(s.name, s.value, true) from unnest($1::text[], $2::text[]) as s (name, value)`;
const UNDO = 'rollback to savepoint keystamp; release savepoint keystamp';

/** Of two calls on one client at once, each would take back the savepoint of the other. */
const turnsOf = new WeakMap<object, Semaphore>();

/**
 * Runs `work` in a transaction that the caller ends. No setting of the caller reaches its statements, and all are as before after it.
 * Where it fails it leaves nothing, and the transaction can go on. Throws an ArgumentError where `client` is in no transaction, or
 * in one that takes no changes.
 */
export async function inCallersTransaction<T>(
  client: TransactionClient,
  { kind }: Database,
  work: (session: CallersSession) => Promise<T>,
): Promise<T> {
  const executor = executorOf(client, kind);
  const turns = turnsOf.get(client) ?? new Semaphore();
  turnsOf.set(client, turns);
  return turns.run(async () => {
    await openSavepoint(executor, kind);
    try {
      const { isolation, values } = await useOwnSettings(executor);
      const result = await work({
        isolation,
        query: (text, params) => executor.query(text, params),
      });
      await executor.query(set, [SETTINGS, values]);
      await executor.query('release savepoint keystamp');
      return result;
    } catch (error) {
      // The settings go back with it. Where it fails, the connection is lost, and the transaction too.
      await executor.query(UNDO).catch(() => {});
      throw error;
    }
  });
}

async function openSavepoint(executor: Executor, kind: Database['kind']): Promise<void> {
  try {
    await executor.query('savepoint keystamp');
  } catch (error) {
    const { code } = error as { code?: unknown };
    // no_active_sql_transaction, in_failed_sql_transaction
    if (code === '25P01') throw new ArgumentError('client', EXPECTED[kind], { cause: error });
    if (code !== '25P02') throw error;
    throw new ArgumentError('client', 'a transaction in which no statement has failed', {
      cause: error,
    });
  }
}

async function useOwnSettings(
  executor: Executor,
): Promise<{ isolation: string; values: (string | null)[] }> {
  const { rows } = await executor.query<{
    isolation: string;
    read_only: string;
    values: (string | null)[];
  }>(read, [SETTINGS]);
  const [row] = rows;
  if (row === undefined) throw new Error('The settings of the transaction were not answered.');
  if (row.read_only === 'on') throw new ArgumentError('client', 'a transaction that may write');
  await executor.query(set, [Object.keys(OWN_VALUES), Object.values(OWN_VALUES)]);
  return row;
}

function executorOf(client: TransactionClient, kind: Database['kind']): Executor {
  if (isSession(client)) return client;
  if (kind === 'postgres' && isPgClient(client)) {
    return {
      query: (text, params) =>
        send(client as never, text, params, { name: undefined, timeoutMs: 0 }),
    };
  }
  if (kind === 'embedded' && isPGliteTransaction(client)) {
    return { query: (text, params) => runStatement(client as never, text, params) };
  }
  throw new ArgumentError('client', EXPECTED[kind]);
}

function isSession(client: TransactionClient): client is Session {
  return has(client, 'backendPid') && has(client, 'release') && has(client, 'query');
}

/** A pool has no such function: its next statement may go over any connection. */
function isPgClient(client: TransactionClient): client is ClientLike {
  return has(client, 'escapeIdentifier') && has(client, 'query');
}

/** A PGlite itself has no such function either. */
function isPGliteTransaction(client: TransactionClient): client is PGliteTransactionLike {
  return has(client, 'rollback') && has(client, 'exec');
}

function has(client: unknown, name: string): boolean {
  return typeof client === 'object' && client !== null && name in client;
}
