import { KeystampError } from '../../errors.js';
import type { Session } from '../database.js';
import { bookMigration } from './book-migration.js';
import { makeMigrationsTable } from './make-migrations-table.js';
import type { Direction, OwnedMigration } from './migration.js';
import { migrationFailure } from './migration-failure.js';
import { type AppliedMigration, readAppliedMigrations } from './read-applied-migrations.js';

/**
 * Runs one direction of a migration and books it, in one transaction. Instances that do it at once take turns.
 * Returns false where another one had done it meanwhile.
 *
 * Throws `migration_failed`; nothing of the migration stays.
 */
export async function applyMigration(
  session: Session,
  migration: OwnedMigration,
  direction: Direction,
): Promise<boolean> {
  const { name } = migration;
  try {
    return await inTransaction(session, async () => {
      await takeTurn(session);
      await makeMigrationsTable(session);
      const applied = await readAppliedMigrations(session);
      if (applied.has(name) === (direction === 'up')) return false;
      requireOrder(migration, applied);
      await run(session, migration, direction);
      await bookMigration(session, migration, direction);
      return true;
    });
  } catch (error) {
    throw migrationFailure(error, `${name} could not be applied`);
  }
}

async function inTransaction<T>(session: Session, work: () => Promise<T>): Promise<T> {
  await session.query('begin');
  try {
    const result = await work();
    await session.query('commit');
    return result;
  } catch (error) {
    // It may fail too, and says less.
    await session.query('rollback').catch(() => {});
    throw error;
  }
}

/** A number that nobody else uses. Versions with another way of migrating take turns by the same one. */
const LOCK = 5_230_417_119;

/**
 * The lock ends with the transaction, so that it works behind any pooler. It is waited for as long as the other
 * instance works; every lock after it is given up soon, because everybody else queues behind the one that waits.
 *
 * No setting outlasts the transaction: the session may belong to the embedding service.
 */
async function takeTurn(session: Session): Promise<void> {
  await session.query(
    `set local search_path = pg_catalog, pg_temp;
     set local lock_timeout = 0;
     select pg_catalog.pg_advisory_xact_lock(${LOCK});
     set local lock_timeout = '500ms'`,
  );
}

/** A migration is written for the schema that those of its owner before it made, and for no other. */
function requireOrder(
  { name, owner }: OwnedMigration,
  applied: ReadonlyMap<string, AppliedMigration>,
): void {
  const isLater = ([other, its]: [string, AppliedMigration]) => its.owner === owner && other > name;
  const later = [...applied].find(isLater)?.[0];
  if (later === undefined) return;
  throw new KeystampError(
    'migration_failed',
    `${name} is not the next migration: the database already has ${later}, which comes after it`,
  );
}

/** All statements of the text at once. */
async function run(
  session: Session,
  migration: OwnedMigration,
  direction: Direction,
): Promise<void> {
  const sql = migration[direction];
  try {
    await session.query(sql);
  } catch (error) {
    throw migrationFailure(error, `${migration.name}.${direction}.sql`, sql);
  }
}
