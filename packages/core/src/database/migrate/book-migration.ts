import type { Executor } from '../database.js';
import type { Direction } from './migration.js';

const insert = `insert into keystamp.migrations (name, run_on, owner) values ($1, pg_catalog.now(), $2)`;
const remove = 'delete from keystamp.migrations where name operator(pg_catalog.=) $1';

/** Notes that a migration was applied, or taken back. `owner` null: the library. */
export async function bookMigration(
  executor: Executor,
  { name, owner }: { readonly name: string; readonly owner: string | null },
  direction: Direction,
): Promise<void> {
  if (direction === 'up') await executor.query(insert, [name, owner]);
  else await executor.query(remove, [name]);
}
