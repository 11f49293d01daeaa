import { ArgumentError, type ImportApiKeyInput, type Keystamp } from 'keystamp';
import type { Session } from 'keystamp/database';
import { requireAdminsKey } from '../routes/api-keys/introspect-grant.js';
import { Refusal } from '../rules/refusal.js';
import { snakeCase } from '../rules/snake-case.js';
import { byAccount } from './account.js';
import { type ImportRecord, toKey } from './import-record.js';
import type { LineFaults } from './line-faults.js';
import { WrongLine } from './text-lines.js';

const BATCH = 1_000;

interface Line {
  readonly number: number;
  readonly key: ImportApiKeyInput;
}

export interface ImportedKeys {
  imported: number;
  /** A key of the same hash was there already. */
  exists: number;
}

/** Adds the keys of all records in the session's transaction. What is wrong is gathered: the caller takes all of it back. */
export async function importKeys(
  keystamp: Keystamp,
  session: Session,
  records: AsyncIterable<ImportRecord | WrongLine>,
  isPlain: boolean,
  faults: LineFaults,
): Promise<ImportedKeys> {
  const counts = { imported: 0, exists: 0 };
  const add = async (batch: Line[]) => {
    const outcomes = await importBatch(keystamp, session, batch, faults);
    const imported = outcomes.filter((each) => each === 'imported').length;
    counts.imported += imported;
    counts.exists += outcomes.length - imported;
  };
  let batch: Line[] = [];
  for await (const record of untilWrong(records, faults)) {
    const line = toLine(record, isPlain);
    if (line instanceof WrongLine) faults.add(line);
    else batch.push(line);
    if (batch.length < BATCH) continue;
    await add(batch);
    batch = [];
  }
  if (batch.length > 0) await add(batch);
  return counts;
}

/** A text that cannot be read on ends the records: what was wrong before is still said. */
async function* untilWrong<T>(records: AsyncIterable<T>, faults: LineFaults): AsyncGenerator<T> {
  try {
    yield* records;
  } catch (error) {
    if (!(error instanceof WrongLine)) throw error;
    faults.add(error);
  }
}

function toLine(record: ImportRecord | WrongLine, isPlain: boolean): Line | WrongLine {
  if (record instanceof WrongLine) return record;
  try {
    return { number: record.number, key: toKey(record, isPlain) };
  } catch (error) {
    if (error instanceof WrongLine) return error;
    throw error;
  }
}

/** Without those that are wrong: each try names one of them. */
async function importBatch(
  keystamp: Keystamp,
  session: Session,
  batch: readonly Line[],
  faults: LineFaults,
) {
  let lines = await ofAdmins(session, batch, faults);
  for (;;) {
    try {
      const keys = lines.map(({ key }) => key);
      return await keystamp.importApiKeys(keys, { ...byAccount(), session });
    } catch (error) {
      const at = error instanceof ArgumentError ? placeOf(error) : null;
      const line = at === null ? undefined : lines[at];
      if (line === undefined) throw error;
      faults.add(wrongLine(error as ArgumentError, line.number));
      lines = lines.filter((each) => each !== line);
    }
  }
}

/** As where a key is made: a scope that administrators alone may have would never act in another's key. */
async function ofAdmins(session: Session, batch: readonly Line[], faults: LineFaults) {
  const good: Line[] = [];
  for (const line of batch) {
    const { userId, scopes } = line.key;
    // What else is wrong with the line, the core says.
    const isJudged = Array.isArray(scopes) && typeof userId === 'string';
    try {
      if (isJudged) await requireAdminsKey(session, userId, scopes);
      good.push(line);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      faults.add(new WrongLine(line.number, error.message));
    }
  }
  return good;
}

/** The core names `keys[3].expiresAt`; people need the line of the file. */
function placeOf({ field }: ArgumentError): number | null {
  const [, index] = /^keys\[(\d+)\]/.exec(field) ?? [];
  return index === undefined ? null : Number(index);
}

function wrongLine({ field, expected }: ArgumentError, number: number): WrongLine {
  const name = field.replace(/^keys\[\d+\]\.?/, '');
  return new WrongLine(number, `${snakeCase(name)}: expected ${expected}`);
}
