import { ArgumentError } from '../../errors.js';

export type Direction = 'up' | 'down';

/** One step of the schema, and the SQL of each direction: any number of statements. */
export interface Migration {
  /** `000002_last_used_at`. The names' order is the order in which they are applied. */
  readonly name: string;
  readonly up: string;
  readonly down: string;
}

/**
 * Migrations of a program that has tables of its own in the schema `keystamp`, as the server does. They share one order of
 * numbers with those of the library; each may use what the library's with a lower number make.
 */
export interface MigrationSet {
  /** Who they belong to, as `keystamp.migrations` notes it. */
  readonly owner: string;
  readonly migrations: readonly Migration[];
}

export interface OwnedMigration extends Migration {
  /** Null: the library's. */
  readonly owner: string | null;
}

/** Finds the name of a migration by itself or by its number (`000002` or `2`). */
export function findMigration(names: readonly string[], nameOrNumber: string): string {
  const number = /^\d+$/.test(nameOrNumber) ? Number(nameOrNumber) : null;
  const found = names.find(
    (name) => name === nameOrNumber || (number !== null && Number.parseInt(name, 10) === number),
  );
  if (found !== undefined) return found;
  throw new ArgumentError('to', `the name or number of a migration (${names.join(', ')})`);
}
