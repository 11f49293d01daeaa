import { CliFailure } from './cli-io.js';
import { fieldsOf, type ImportRecord, unknownField } from './import-record.js';
import { WrongLine } from './text-lines.js';

/** A line of the text, with its number. */
export interface NumberedLine {
  readonly number: number;
  readonly text: string;
}

const METADATA = 'metadata.';

/** Whether a line names columns of an import. */
export function isHeader(text: string, isPlain: boolean): boolean {
  const names = cellsOf(text, separatorOf(text))?.map(nameOf) ?? [];
  return names.includes('user_id') || fieldsOf(isPlain).some((name) => names[0] === name);
}

/**
 * The records of a CSV file (RFC 4180), by the names in its first line; between `,`, `;` or tabs. An empty cell is a field
 * left out, scopes stand with spaces between, and `metadata.team` is a pair of the metadata. A wrong line is a `WrongLine`.
 */
export async function* csvRecords(
  lines: AsyncIterable<NumberedLine>,
  isPlain: boolean,
): AsyncGenerator<ImportRecord | WrongLine> {
  let header: { names: string[]; separator: string } | null = null;
  for await (const { number, text } of joined(lines)) {
    if (header === null) {
      header = readHeader(number, text, isPlain);
      continue;
    }
    if (text.trim() === '') continue;
    const cells = cellsOf(text, header.separator);
    if (cells === null)
      yield new WrongLine(
        number,
        'expected cells as in RFC 4180: a " only around a cell, or doubled',
      );
    else if (cells.length !== header.names.length) {
      yield new WrongLine(
        number,
        `expected ${header.names.length} cells, as the first line has; got ${cells.length}`,
      );
    } else yield { number, fields: toFields(header.names, cells) };
  }
}

function readHeader(number: number, text: string, isPlain: boolean) {
  const separator = separatorOf(text);
  const names = (cellsOf(text, separator) ?? []).map(nameOf);
  const known = fieldsOf(isPlain);
  const isKnown = (name: string) => known.includes(name) || name.startsWith(METADATA);
  const unknown = names.find((name) => !isKnown(name));
  if (unknown !== undefined) throw new WrongLine(number, unknownField(unknown, known));
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new WrongLine(number, `${twice}: expected once`);
  const missing = [...known.slice(0, 3)].find((name) => !names.includes(name));
  if (missing !== undefined) throw new CliFailure(`line ${number}: expected the column ${missing}`);
  return { names, separator };
}

function nameOf(cell: string): string {
  return cell.trim().startsWith(METADATA) ? cell.trim() : cell.trim().toLowerCase();
}

function toFields(names: readonly string[], cells: readonly string[]): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  const metadata: Record<string, string> = {};
  names.forEach((name, i) => {
    const cell = cells[i] ?? '';
    if (cell === '') return;
    if (name.startsWith(METADATA)) metadata[name.slice(METADATA.length)] = cell;
    else fields[name] = name === 'scopes' ? cell.trim().split(/\s+/) : cell;
  });
  // One column for all of them, as in an export for people.
  const whole = fields['metadata'];
  if (typeof whole === 'string') fields['metadata'] = parsed(whole);
  else if (Object.keys(metadata).length > 0) fields['metadata'] = metadata;
  return fields;
}

/** What is no JSON stays a text, which the core refuses. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The first of them outside of quotes, by the line of names. */
function separatorOf(header: string): string {
  return /[,;\t]/.exec(header)?.[0] ?? ',';
}

/** Puts lines together again that a line break within quotes parted. Each has the number of its first line. */
async function* joined(lines: AsyncIterable<NumberedLine>): AsyncGenerator<NumberedLine> {
  let begun: NumberedLine | null = null;
  for await (const line of lines) {
    const whole: NumberedLine =
      begun === null ? line : { number: begun.number, text: `${begun.text}\n${line.text}` };
    begun = isOpen(whole.text) ? whole : null;
    if (begun === null) yield whole;
    else if (whole.text.length > MAX_RECORD) break;
  }
  if (begun !== null) throw new WrongLine(begun.number, 'a " opens a cell that nothing closes');
}

/** Longer than all limits of the fields together: a quotation mark is missing. */
const MAX_RECORD = 100_000;

function isOpen(text: string): boolean {
  let quotes = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) quotes += 1;
  return quotes % 2 === 1;
}

const CELL = /(?:"((?:[^"]|"")*)"|([^"]*?))(SEPARATOR|$)/y;

/** The cells of a line; null: it is none of RFC 4180. */
function cellsOf(line: string, separator: string): string[] | null {
  const cell = new RegExp(
    CELL.source.replace('SEPARATOR', separator === '\t' ? '\\t' : separator),
    'y',
  );
  const cells: string[] = [];
  for (let at = 0; ; ) {
    cell.lastIndex = at;
    const match = cell.exec(line);
    if (match === null) return null;
    const [whole, quoted, plain = '', end] = match;
    cells.push(quoted?.replaceAll('""', '"') ?? plain);
    at += whole.length;
    if (end === '') return cells;
  }
}
