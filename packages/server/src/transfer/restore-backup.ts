import { hash } from 'node:crypto';
import type { Database, Executor, Session } from 'keystamp/database';
import { migrateServerUp, serverMigrationStatus } from '../schema/schema.js';
import type { BackupHeader, BackupRow, BackupTable, ReportRows } from './backup-form.js';
import { readColumns, readTexts, writeTexts } from './backup-tables.js';
import { BackupFault, type OpenBackup } from './read-backup.js';
import { inDirectTransaction } from './snapshot.js';
import { continueEvents } from './table-rows.js';

export interface RestoreOptions {
  /** True: keys may have been used after the backup was made, and those uses are not in it. */
  readonly hasGap: boolean;
  readonly report: (step: 'restoring' | 'checking', ...progress: Parameters<ReportRows>) => void;
}

/**
 * Fills a new database with a backup: the tables as they were, checked row by row, and then the migrations that came since.
 * Uses after the backup are booked as missing (G10). Throws `BackupFault` where the backup is not whole; the caller drops
 * the database then.
 */
export async function restoreBackup(
  database: Database,
  backup: OpenBackup,
  { hasGap, report }: RestoreOptions,
): Promise<void> {
  const { header } = backup;
  await makeTables(database, header);
  await inDirectTransaction(database, async (session) => {
    await session.query('set local session_replication_role = replica');
    for (const { name } of header.tables) await session.query(`delete from keystamp.${name}`);
    const written = await writeAll(session, backup, (...args) => report('restoring', ...args));
    await requireSame(session, header, written, (...args) => report('checking', ...args));
    if (header.tables.some(({ name }) => name === 'key_events')) await continueEvents(session);
  });
  await migrateServerUp(database);
  await database.query(booking, [hasGap, header.made_at]);
  await database.query('analyze');
}

/** Those of the database that the backup was made of. */
async function makeTables(database: Database, { migrations, tables }: BackupHeader): Promise<void> {
  const known = new Set((await serverMigrationStatus(database)).map(({ name }) => name));
  requireKnown(migrations.filter((name) => !known.has(name)));
  await migrateServerUp(database, { to: migrations.at(-1) });
  const types = await readColumns(database);
  for (const { name, columns } of tables) {
    for (const [column, type] of Object.entries(columns)) {
      if (types.get(`${name}.${column}`) !== type) requireKnown([`${name}.${column}`]);
    }
  }
}

function requireKnown(unknown: readonly string[]): void {
  if (unknown.length === 0) return;
  throw new BackupFault(
    `it was made by another version of Keystamp, and has what this one does not know (${unknown.join(', ')}): restore it with that version or a later one`,
  );
}

async function writeAll(
  session: Session,
  backup: OpenBackup,
  report: ReportRows,
): Promise<Map<string, Digest>> {
  const digests = new Map(backup.header.tables.map(({ name }) => [name, new Digest()]));
  for await (const { table, lines } of backup.rows(report)) {
    const rows = lines.map((line) => JSON.parse(line) as BackupRow);
    for (const row of rows) digests.get(table.name)?.add(row);
    await writeTexts(session, table, rows);
  }
  return digests;
}

/** The sum of the hashes of rows: alike in whatever order they lie. */
class Digest {
  #sum = 0n;

  add(row: BackupRow): void {
    this.#sum += hash('sha256', JSON.stringify(row), 'buffer').readBigUInt64BE();
  }

  get sum(): bigint {
    return this.#sum;
  }
}

/** Each row of the new database is read again. */
async function requireSame(
  session: Session,
  { tables }: BackupHeader,
  written: ReadonlyMap<string, Digest>,
  report: ReportRows,
): Promise<void> {
  for (const table of tables) {
    if ((await digestOf(session, table, report)).sum !== written.get(table.name)?.sum) {
      throw new BackupFault(`its table ${table.name} was not stored as it is`);
    }
  }
}

async function digestOf(session: Session, table: BackupTable, report: ReportRows): Promise<Digest> {
  const digest = new Digest();
  let done = 0;
  for await (const rows of readTexts(session, table)) {
    for (const row of rows) digest.add(row);
    done += rows.length;
    report(table.name, done, table.rows);
  }
  return digest;
}

// As the library books a restored backup; the clock of another machine may be ahead.
const booking = `update keystamp.tracking set made_as = tableoid,
  backup_at = case when $1 then least($2::timestamptz, now()) else backup_at end,
  restored_at = case when $1 then clock_timestamp() else restored_at end`;

const found = `select (select count(*) from keystamp.api_keys)::int as keys, (select count(*) from keystamp.users)::int as users`;

/** What a database has that a restore would replace. */
export async function countUsed(executor: Executor): Promise<{ keys: number; users: number }> {
  const types = await readColumns(executor);
  if (!types.has('api_keys.id')) return { keys: 0, users: 0 };
  const { rows } = await executor.query<{ keys: number; users: number }>(found);
  return rows[0] ?? { keys: 0, users: 0 };
}
