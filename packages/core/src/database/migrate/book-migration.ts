import type { Executor } from '../database.js';

const texts = {
  up: 'insert into keystamp.migrations (name, run_on) values ($1, pg_catalog.now())',
  down: 'delete from keystamp.migrations where name operator(pg_catalog.=) $1',
};

/** Notes that a migration was applied, or taken back. */
export async function bookMigration(
  executor: Executor,
  name: string,
  direction: 'up' | 'down',
): Promise<void> {
  await executor.query(texts[direction], [name]);
}
