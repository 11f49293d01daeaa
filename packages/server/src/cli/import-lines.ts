import { createReadStream, statSync } from 'node:fs';
import { CliFailure, type CliIo } from './cli-io.js';
import { csvRecords, isHeader, type NumberedLine } from './import-csv.js';
import type { ImportRecord } from './import-record.js';
import { textLines, WrongLine } from './text-lines.js';

/** What a file holds, by its first line. */
export interface ImportFile {
  /** `export`: what `keystamp export` wrote; `keys`: lines about keys of another system. */
  readonly kind: 'export' | 'keys';
  readonly lines: AsyncGenerator<NumberedLine>;
  /** The records of `keys`; what is wrong with a line is a value. */
  records(): AsyncGenerator<ImportRecord | WrongLine>;
}

/** How many lines were read, and which share of the file that is; null: it is not known how much there is. */
export type ReportLines = (lines: number, share: number | null) => void;

/** Opens a file, or standard input for `-`. */
export async function openImport(
  io: CliIo,
  file: string,
  isPlain: boolean,
  report: ReportLines,
): Promise<ImportFile> {
  const all = numbered(io, file, report);
  const first = await firstOf(all);
  const lines = again(first, all);
  const text = first?.text ?? '';
  const isCsv = !/^\s*[{[]/.test(text) && isHeader(text, isPlain);
  return {
    kind: isExport(text) ? 'export' : 'keys',
    lines,
    records: () => (isCsv ? csvRecords(lines, isPlain) : jsonRecords(lines)),
  };
}

/** So many lines are between two reports. */
const REPORTED_LINES = 1_000;

async function* numbered(
  io: CliIo,
  file: string,
  report: ReportLines,
): AsyncGenerator<NumberedLine> {
  let number = 0;
  try {
    // The size first: a stream that nobody reads has nobody to hear its error.
    const size = file === '-' ? null : sizeOf(file);
    const input = file === '-' ? null : createReadStream(file);
    for await (const text of textLines(input ?? io.stdin)) {
      number += 1;
      if (number % REPORTED_LINES === 0) {
        report(
          number,
          size === null || input === null ? null : Math.min(1, input.bytesRead / size),
        );
      }
      yield { number, text };
    }
  } catch (error) {
    if (error instanceof WrongLine) throw error;
    throw new CliFailure(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}

/** Null: a pipe. */
function sizeOf(file: string): number | null {
  const stat = statSync(file);
  return stat.isFile() ? stat.size : null;
}

/** The first line that is not empty. Null: there is none. */
async function firstOf(lines: AsyncGenerator<NumberedLine>): Promise<NumberedLine | null> {
  for (;;) {
    const { done, value } = await lines.next();
    if (done) return null;
    if (value.text.trim() !== '') return value;
  }
}

async function* again(
  first: NumberedLine | null,
  rest: AsyncGenerator<NumberedLine>,
): AsyncGenerator<NumberedLine> {
  if (first === null) return;
  yield first;
  yield* rest;
}

function isExport(text: string): boolean {
  const value = parsedObject(text);
  rejectOther(text, value);
  return value?.['type'] === 'keystamp-export';
}

/** Files that look right to a person, and lack something. */
function rejectOther(text: string, value: Record<string, unknown> | null): void {
  if (value?.['api_keys'] !== undefined) {
    throw new CliFailure(
      'this is the output of "keystamp list --json", which lacks the hash of each key: use "keystamp export" there',
    );
  }
  if (text.startsWith('id,user_id,user_email,')) {
    throw new CliFailure(
      'this is the output of "keystamp export --format csv", which lacks the hash of each key: leave the option away',
    );
  }
  if (/^\s*[{[]\s*$/.test(text) || (/^\s*\[\s*\{/.test(text) && value === null)) {
    throw new CliFailure(
      'expected a JSON object on each line, not a list over several: "jq -c .[] file" makes lines of a list',
    );
  }
}

async function* jsonRecords(
  lines: AsyncIterable<NumberedLine>,
): AsyncGenerator<ImportRecord | WrongLine> {
  for await (const { number, text } of lines) {
    if (text.trim() === '') continue;
    const fields = parsedObject(text);
    yield fields === null ? new WrongLine(number, 'expected a JSON object') : { number, fields };
  }
}

/** Null: no JSON, or no object. The parser's message quotes the text, so it is left out. */
export function parsedObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
