import type { Executor } from 'keystamp/database';
import type { BackupRow } from './backup-form.js';
import { MOVED_TABLES, type MovedTable } from './moved-tables.js';
import { readPages } from './snapshot.js';

/** What `keystamp move` takes along and this database has: one of an older version has fewer tables and columns. */
export async function readBackupTables(executor: Executor): Promise<MovedTable[]> {
  const types = await readColumns(executor);
  return MOVED_TABLES.map(({ name, columns }) => ({
    name,
    columns: Object.fromEntries(
      Object.keys(columns).flatMap((column) => {
        const type = types.get(`${name}.${column}`);
        return type === undefined ? [] : [[column, type]];
      }),
    ),
  })).filter(({ columns }) => Object.keys(columns).length > 0);
}

const columns = `select c.relname || '.' || a.attname as name, pg_catalog.format_type(a.atttypid, a.atttypmod) as type
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  join pg_catalog.pg_attribute a on a.attrelid = c.oid
  where n.nspname = 'keystamp' and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped`;

/** The type of each column in the schema, by `table.column`. */
export async function readColumns(executor: Executor): Promise<Map<string, string>> {
  const { rows } = await executor.query<{ name: string; type: string }>(columns);
  return new Map(rows.map(({ name, type }) => [name, type]));
}

/** The rows of a table, in pages. */
export async function* readTexts(
  session: Executor,
  { name, columns }: MovedTable,
): AsyncGenerator<BackupRow[]> {
  const values = Object.keys(columns).map((column) => `t.${column}::text`);
  const statement = `select ${values.join(', ')} from keystamp.${name} t`;
  for await (const rows of readPages<Record<string, string | null>>(session, statement)) {
    yield rows.map((row) => Object.values(row));
  }
}

/** Adds rows as `readTexts` gave them. */
export async function writeTexts(
  session: Executor,
  { name, columns }: MovedTable,
  rows: readonly BackupRow[],
): Promise<void> {
  const types = Object.values(columns);
  const values = types.map((type, i) => `r.c${i}::${type}`);
  const lists = types.map((_, i) => `$${i + 1}::text[]`);
  const places = types.map((_, i) => `c${i}`);
  await session.query(
    `insert into keystamp.${name} (${Object.keys(columns).join(', ')}) overriding system value
    select ${values.join(', ')} from unnest(${lists.join(', ')}) as r (${places.join(', ')})`,
    types.map((_, i) => rows.map((row) => row[i] ?? null)),
  );
}
