import type { Logger } from '../../keystamp.js';
import type { Database } from '../database.js';

const intervalMs = 5 * 60_000;

/**
 * The embedded database has neither autovacuum nor a checkpointer: this does their work from time to
 * time, where anything was written. Returns its end.
 */
export function startMaintenance(
  database: Database,
  logger: Logger | undefined,
): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  let maintainedUpTo = '';
  const round = async () => {
    try {
      if ((await writtenUpTo(database)) === maintainedUpTo) return;
      await maintainOnce(database);
      maintainedUpTo = await writtenUpTo(database);
    } catch (error) {
      logger?.warn({ err: error }, 'Upkeep of the embedded database failed');
    }
  };
  const timer = setInterval(() => {
    running = running.then(round);
  }, intervalMs);
  timer.unref();
  return () => {
    clearInterval(timer);
    return running;
  };
}

/** One round. Each statement has a turn of its own, so that requests get theirs in between. */
export async function maintainOnce(database: Database): Promise<void> {
  for (const table of await tablesOf(database)) {
    await database.query(`vacuum (analyze) ${table}`);
  }
  await database.query('checkpoint');
}

async function tablesOf(database: Database): Promise<string[]> {
  const { rows } = await database.query<{ name: string }>(
    `select pg_catalog.format('%I.%I', n.nspname, c.relname) as name
       from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'keystamp' and c.relkind = 'r'
      order by c.relname`,
  );
  return rows.map((row) => row.name);
}

async function writtenUpTo(database: Database): Promise<string> {
  const { rows } = await database.query<{ lsn: string }>(
    'select pg_catalog.pg_current_wal_insert_lsn()::text as lsn',
  );
  return rows[0]?.lsn ?? '';
}
