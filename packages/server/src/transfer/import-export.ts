import type { Executor, Session } from 'keystamp/database';
import { EXPORT_VERSION, type ExportCounts } from './export-lines.js';
import { importRecords, readLastEvent } from './import-records.js';
import { faultOfRecord, isRecordKind, type RecordKind } from './record-checks.js';

const BATCH = 1_000;

const COUNTED: Readonly<Record<RecordKind, keyof ExportCounts>> = {
  user: 'users',
  oidc_subject: 'oidc_subjects',
  event: 'events',
  key: 'keys',
};

export interface ExportLine {
  readonly number: number;
  readonly text: string;
  /** Null: no JSON object. */
  readonly record: Readonly<Record<string, unknown>> | null;
}

export interface ImportExportOptions {
  /** As the history shows it: the JSON of an actor. */
  readonly actor: string;
  /** True: keys may have been used after the export was made, and those uses are not in it. */
  readonly hasGap: boolean;
}

/** What of an export was added, and what was there already. */
export interface ImportedExport {
  readonly added: ExportCounts;
  readonly read: ExportCounts;
}

/**
 * Takes back what `exportLines` wrote, in the session's transaction. What is wrong goes to `report`, line by line; the caller
 * takes all of it back then. What is there already is left as it is.
 */
export async function importExport(
  session: Session,
  lines: AsyncIterable<ExportLine>,
  { actor, hasGap }: ImportExportOptions,
  report: (number: number, what: string) => void,
): Promise<ImportedExport> {
  await session.query(`select set_config('keystamp.actor', $1, true)`, [actor]);
  const reader = new ExportReader(session, await readState(session), report);
  for await (const line of lines) await reader.take(line);
  await reader.end();
  const { header, added, read } = reader;
  if (header !== null && added.keys > 0) {
    await bookTracking(session, header, { hasGap, wasEmpty: reader.state.wasEmpty });
  }
  return { added, read };
}

interface State {
  readonly lastEvent: string;
  /** True: the database had no key before. */
  readonly wasEmpty: boolean;
}

async function readState(executor: Executor): Promise<State> {
  const { rows } = await executor.query(`select from keystamp.api_keys limit 1`);
  return { lastEvent: await readLastEvent(executor), wasEmpty: rows.length === 0 };
}

type Header = Readonly<Record<string, unknown>>;

const none = (): ExportCounts => ({ users: 0, oidc_subjects: 0, events: 0, keys: 0 });

/** Reads the lines in their order: header, records, end. */
class ExportReader {
  header: Header | null = null;
  readonly added = none();
  readonly read = none();
  readonly state: State;
  readonly #session: Session;
  readonly #report: (number: number, what: string) => void;
  #kind: RecordKind = 'user';
  #batch: ExportLine[] = [];
  #last = 0;
  #isAtEnd = false;
  #faults = 0;

  constructor(session: Session, state: State, report: (number: number, what: string) => void) {
    this.#session = session;
    this.state = state;
    this.#report = (number, what) => {
      this.#faults += 1;
      report(number, what);
    };
  }

  async take(line: ExportLine): Promise<void> {
    const { number, text, record } = line;
    this.#last = number;
    if (text.trim() === '') return;
    if (record === null) return this.#report(number, 'expected a JSON object');
    if (this.#isAtEnd)
      return this.#report(number, 'expected nothing after the last line of an export');
    if (this.header === null) return this.#begin(number, record);
    const { type } = record;
    if (type === 'end') return this.#checkEnd(number, record);
    if (!isRecordKind(type)) {
      return this.#report(number, 'type: expected user, oidc_subject, event, key or end');
    }
    if (type !== this.#kind || this.#batch.length >= BATCH) await this.#flush();
    this.#kind = type;
    this.read[COUNTED[type]] += 1;
    const fault = faultOfRecord(type, record);
    if (fault === null) this.#batch.push(line);
    else this.#report(number, fault);
  }

  async end(): Promise<void> {
    await this.#flush();
    if (!this.#isAtEnd)
      this.#report(this.#last, 'the file ends here, and its last line is missing: it is cut short');
  }

  #begin(number: number, header: Header): void {
    this.header = header;
    const { version } = header;
    if (version !== EXPORT_VERSION) {
      const what = typeof version === 'number' ? ` and not ${version}` : '';
      this.#report(number, `version: expected ${EXPORT_VERSION}${what}: a newer Keystamp reads it`);
    }
  }

  #checkEnd(number: number, end: Readonly<Record<string, unknown>>): void {
    this.#isAtEnd = true;
    for (const [kind, count] of Object.entries(this.read)) {
      if (end[kind] === count) continue;
      this.#report(
        number,
        `${kind}: the file has ${count} of them, and its last line says otherwise: it is not whole`,
      );
    }
  }

  /** A statement that fails would end the transaction, so that nothing is stored after a first fault: the rest is only checked. */
  async #flush(): Promise<void> {
    const batch = this.#batch;
    this.#batch = [];
    if (batch.length === 0 || this.#faults > 0) return;
    const texts = batch.map(({ text }) => text);
    const { added, faults } = await importRecords(
      this.#session,
      this.#kind,
      texts,
      this.state.lastEvent,
    );
    this.added[COUNTED[this.#kind]] += added;
    for (const { at, what } of faults) this.#report(batch[at]?.number ?? 0, what);
  }
}

// An export is a backup of its moment: uses from then to now are missing (G10). In a database that had no key, tracking began as it did there.
const tracking = `update keystamp.tracking set
  since = case when $1 then coalesce($2::timestamptz, since) else since end,
  backup_at = case when $3 then coalesce($4::timestamptz, now()) when $1 then $5::timestamptz else backup_at end,
  restored_at = case when $3 then clock_timestamp() when $1 then $6::timestamptz else restored_at end,
  made_as = tableoid`;

async function bookTracking(
  executor: Executor,
  header: Header,
  { hasGap, wasEmpty }: { readonly hasGap: boolean; readonly wasEmpty: boolean },
): Promise<void> {
  const time = (name: string) => header[name] ?? null;
  await executor.query(tracking, [
    wasEmpty,
    time('tracking_since'),
    hasGap,
    time('made_at'),
    time('backup_at'),
    time('restored_at'),
  ]);
}
