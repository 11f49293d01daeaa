import { createHash, type Hash } from 'node:crypto';
import {
  BACKUP_TYPE,
  BACKUP_VERSION,
  type BackupHeader,
  type BackupTable,
  type ReportRows,
} from './backup-form.js';

/** What is wrong with a file that should be a backup: the end of a sentence about it. */
export class BackupFault extends Error {}

const DAMAGED = 'it is damaged';

/** A backup that is read. */
export interface OpenBackup {
  readonly header: BackupHeader;
  /**
   * The rows as lines, some thousands at a time, in their order. The last step throws `BackupFault` where the file is not what was
   * written: what was read before counts only if it does not.
   */
  rows(report: ReportRows): AsyncGenerator<BackupLines>;
}

interface BackupLines {
  readonly table: BackupTable;
  readonly lines: readonly string[];
}

const BATCH = 2_000;

/** Reads the header. Throws `BackupFault` for another kind of file, and for one of a newer Keystamp. */
export async function openBackup(lines: AsyncGenerator<string>): Promise<OpenBackup> {
  const first = await lines.next();
  const text = first.done ? '' : first.value;
  const header = checkHeader(parsed(text));
  const hash = createHash('sha256').update(`${text}\n`);
  return { header, rows: (report) => readLines(header, lines, hash, report) };
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function checkHeader(header: Readonly<Record<string, unknown>>): BackupHeader {
  const { type, version, keystamp } = header;
  if (type === 'keystamp-export') {
    throw new BackupFault('it is an export: "keystamp import" takes it back');
  }
  if (type !== BACKUP_TYPE) throw new BackupFault('it is not a backup of Keystamp');
  if (version !== BACKUP_VERSION) {
    throw new BackupFault(
      `it was made by a newer Keystamp (${String(keystamp)}): restore it with that version or a later one`,
    );
  }
  if (!hasForm(header)) throw new BackupFault(DAMAGED);
  return header as unknown as BackupHeader;
}

function hasForm({ made_at, migrations, tables }: Readonly<Record<string, unknown>>): boolean {
  if (typeof made_at !== 'string' || !isListOf(migrations, (each) => typeof each === 'string')) {
    return false;
  }
  return isListOf(tables, (each) => {
    const { name, columns, rows } = (each ?? {}) as Partial<BackupTable>;
    return typeof name === 'string' && typeof columns === 'object' && Number.isInteger(rows);
  });
}

function isListOf(value: unknown, isRight: (each: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isRight);
}

async function* readLines(
  { tables }: BackupHeader,
  lines: AsyncGenerator<string>,
  hash: Hash,
  report: ReportRows,
): AsyncGenerator<BackupLines> {
  for (const table of tables) {
    for (let done = 0; done < table.rows; ) {
      const batch = await take(lines, Math.min(BATCH, table.rows - done));
      for (const line of batch) hash.update(`${line}\n`);
      done += batch.length;
      report(table.name, done, table.rows);
      yield { table, lines: batch };
    }
  }
  const [last = ''] = await take(lines, 1);
  const isWhole = parsed(last)['sha256'] === hash.digest('hex');
  if (!isWhole || !(await lines.next()).done) throw new BackupFault(DAMAGED);
}

async function take(lines: AsyncGenerator<string>, count: number): Promise<string[]> {
  const taken: string[] = [];
  while (taken.length < count) {
    const next = await lines.next();
    if (next.done) throw new BackupFault('it is cut short');
    taken.push(next.value);
  }
  return taken;
}
