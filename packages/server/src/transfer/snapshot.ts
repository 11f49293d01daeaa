import type { Database, Executor, Session } from 'keystamp/database';

/** Values are written alike by every server, and no name of another schema is found. */
const SETTINGS = `set local search_path = pg_catalog, pg_temp; set local timezone = 'UTC'; set local datestyle = 'ISO, MDY';
  set local bytea_output = 'hex'; set local extra_float_digits = 1`;

/** Runs `work` on one moment of the database (K11), which it cannot change. The session is a direct one, without time limits. */
export function inSnapshot<T>(
  database: Database,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  return inDirectTransaction(database, async (session) => {
    await session.query('set transaction isolation level repeatable read, read only');
    return work(session);
  });
}

/** As the library's `inTransaction`, past a pooler and without time limits: this may take minutes. */
export async function inDirectTransaction<T>(
  database: Database,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await database.connectDirect();
  try {
    await session.query('begin');
    try {
      await session.query(SETTINGS);
      const result = await work(session);
      await session.query('commit');
      return result;
    } catch (error) {
      await session.query('rollback').catch(() => {});
      throw error;
    }
  } finally {
    session.release();
  }
}

const PAGE = 2_000;

/**
 * The rows of a statement, some thousands at a time: a cursor keeps the memory flat. In a transaction, and one at a time. The
 * next page is on its way while the caller works with the present one.
 */
export async function* readPages<R>(session: Executor, statement: string): AsyncGenerator<R[]> {
  await session.query(`declare keystamp_pages no scroll cursor for ${statement}`);
  const fetch = async () => (await session.query<R>(`fetch ${PAGE} from keystamp_pages`)).rows;
  let next = fetch();
  try {
    for (;;) {
      const rows = await next;
      if (rows.length === 0) break;
      next = fetch();
      // The caller may stop before it is awaited.
      next.catch(() => {});
      yield rows;
    }
  } finally {
    await next.catch(() => {});
    await session.query('close keystamp_pages').catch(() => {});
  }
}
