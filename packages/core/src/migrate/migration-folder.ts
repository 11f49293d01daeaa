import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ArgumentError } from '../errors.js';

/** The migrations that ship with the package. */
export const migrationsFolder = fileURLToPath(new URL('../../migrations', import.meta.url));

export type Direction = 'up' | 'down';

export interface MigrationFile {
  /** `000002_last_used_at` */
  readonly migration: string;
  /** `000002_last_used_at.up.sql` */
  readonly file: string;
  readonly sql: string;
}

/** The names of the migrations in a folder, in order. */
export async function listMigrations(folder: string): Promise<string[]> {
  const files = await readdir(folder);
  return files
    .filter((file) => file.endsWith('.up.sql'))
    .map((file) => file.slice(0, -'.up.sql'.length))
    .sort();
}

export async function readMigration(
  folder: string,
  migration: string,
  direction: Direction,
): Promise<MigrationFile> {
  const file = `${migration}.${direction}.sql`;
  return { migration, file, sql: await readFile(join(folder, file), 'utf8') };
}

/** Finds a migration by its name or number (`000002` or `2`). */
export function findMigration(names: readonly string[], nameOrNumber: string): string {
  const number = /^\d+$/.test(nameOrNumber) ? Number(nameOrNumber) : null;
  const found = names.find(
    (name) => name === nameOrNumber || (number !== null && Number.parseInt(name, 10) === number),
  );
  if (found !== undefined) return found;
  throw new ArgumentError('to', `the name or number of a migration (${names.join(', ')})`);
}
