import { createHash } from 'node:crypto';
import type { Executor, Session } from 'keystamp/database';
import { VERSION } from '../version.js';
import {
  BACKUP_TYPE,
  BACKUP_VERSION,
  type BackupHeader,
  type BackupTable,
  type ReportRows,
} from './backup-form.js';
import { readBackupTables, readTexts } from './backup-tables.js';
import { countRows } from './table-rows.js';

/**
 * A backup as text, in pieces: everything of the session's one moment, but what `LEFT_BEHIND` names. `migrations`: those of the
 * database. Returns its header.
 */
export async function* backupText(
  session: Session,
  migrations: readonly string[],
  report: ReportRows,
): AsyncGenerator<string, BackupHeader> {
  const hash = createHash('sha256');
  const header = await readHeader(session, migrations);
  const counted = (text: string) => {
    hash.update(text);
    return text;
  };
  yield counted(`${JSON.stringify(header)}\n`);
  for (const table of header.tables) {
    let done = 0;
    for await (const rows of readTexts(session, table)) {
      done += rows.length;
      report(table.name, done, table.rows);
      yield counted(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    }
  }
  yield `${JSON.stringify({ type: 'end', sha256: hash.digest('hex') })}\n`;
  return header;
}

const moment = `select pg_catalog.to_char(pg_catalog.now(), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as now`;

async function readHeader(session: Executor, migrations: readonly string[]): Promise<BackupHeader> {
  const { rows } = await session.query<{ now: string }>(moment);
  const tables: BackupTable[] = [];
  for (const table of await readBackupTables(session)) {
    tables.push({ ...table, rows: await countRows(session, table) });
  }
  return {
    type: BACKUP_TYPE,
    version: BACKUP_VERSION,
    keystamp: VERSION,
    made_at: rows[0]?.now ?? '',
    migrations,
    tables,
  };
}
