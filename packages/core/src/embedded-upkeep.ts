import type { Database } from './database.js';
import type { Logger } from './keystamp.js';

const intervalMs = 5 * 60_000;

/**
 * The embedded database has neither autovacuum nor a checkpointer: this does their work from time to
 * time, each statement in a turn of its own, so that requests get theirs in between. Returns its end.
 */
export function keepUp(database: Database, logger: Logger | undefined): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    running = running.then(() => tendTo(database, logger));
  }, intervalMs);
  timer.unref();
  return () => {
    clearInterval(timer);
    return running;
  };
}

/** One round of upkeep. A failure is logged: the next round tries again. */
export async function tendTo(database: Database, logger: Logger | undefined): Promise<void> {
  try {
    for (const table of await tablesOf(database)) {
      await database.query(`vacuum (analyze) ${table}`);
    }
    await database.query('checkpoint');
  } catch (error) {
    logger?.warn({ err: error }, 'Upkeep of the embedded database failed');
  }
}

async function tablesOf(database: Database): Promise<string[]> {
  const { rows } = await database.query<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'keystamp' and c.relkind = 'r'
      order by c.relname`,
  );
  return rows.map((row) => row.name);
}
