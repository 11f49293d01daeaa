/** The form of a backup. A reader refuses what it does not know. */
export const BACKUP_VERSION = 1;

export const BACKUP_TYPE = 'keystamp-backup';

/** A table in a backup. */
export interface BackupTable {
  /** In the schema `keystamp`. */
  readonly name: string;
  /** Each column with its type, in the order of the values of a row. */
  readonly columns: Readonly<Record<string, string>>;
  readonly rows: number;
}

/**
 * The first line of a backup. After it stand the rows, table by table, each as a JSON list of the texts that PostgreSQL writes of
 * its values; and a last line with the SHA-256 of all lines before it.
 */
export interface BackupHeader {
  readonly type: typeof BACKUP_TYPE;
  readonly version: number;
  /** The version of Keystamp that made it. */
  readonly keystamp: string;
  /** The moment of the database that it shows, such as `2026-01-31T12:00:00.123456Z`. */
  readonly made_at: string;
  /** The migrations of that database, in order. A restore begins with these. */
  readonly migrations: readonly string[];
  readonly tables: readonly BackupTable[];
}

/** The values of a row, as texts. */
export type BackupRow = readonly (string | null)[];

/** How far a backup or a restore is. */
export type ReportRows = (table: string, done: number, total: number) => void;

/** The rows of each table by its name. */
export function countsOf({ tables }: BackupHeader): Record<string, number> {
  return Object.fromEntries(tables.map(({ name, rows }) => [name, rows]));
}
