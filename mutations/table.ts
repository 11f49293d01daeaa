import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mutation } from './mutation.js';
import { root } from './root.js';

/** The document that holds the table, between the two marks. */
export const DOCUMENT = 'docs/evidence/proof.md';
const BEGIN = '<!-- Written by `npm run mutations`: -->';
const END = '<!-- The end of what `npm run mutations` writes. -->';
const HEAD = ['| | Taken out | In | Fails then |', '|---|---|---|---|'];

/** The line of a mutation in the table. It is there once the test was seen to fail. */
export function rowOf({ promises, takenOut, file, test }: Mutation): string {
  const failing = `\`${test.file}\` (${test.project}): ${test.name}`;
  return `| ${[promises.join(' '), takenOut, `\`${file}\``, failing].map(escapeCell).join(' | ')} |`;
}

/** The rows in the document. */
export function readRows(): Set<string> {
  const [, table] = parts();
  return new Set(table.split('\n').filter((line) => line.startsWith('| ') && line !== HEAD[0]));
}

/** Writes the table, in the order of the promises. */
export function writeRows(mutations: readonly Mutation[]): void {
  const [before, , after] = parts();
  const sorted = [...mutations].sort((a, b) => placeOf(a) - placeOf(b));
  const lines = [BEGIN, '', ...HEAD, ...sorted.map(rowOf), '', END];
  writeFileSync(join(root, DOCUMENT), `${before}${lines.join('\n')}${after}`);
}

function parts(): [before: string, table: string, after: string] {
  const text = readFileSync(join(root, DOCUMENT), 'utf8');
  const from = text.indexOf(BEGIN);
  const to = text.indexOf(END);
  if (from < 0 || to < from) throw new Error(`${DOCUMENT} has no place for the table: ${BEGIN}`);
  return [text.slice(0, from), text.slice(from, to), text.slice(to + END.length)];
}

/** G before K, then by number. */
function placeOf({ promises: [first = 'G0'] }: Mutation): number {
  return (first.startsWith('G') ? 0 : 1_000) + Number(first.slice(1));
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|');
}
