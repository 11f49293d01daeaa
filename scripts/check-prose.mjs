// Checks what people read: lines of Markdown of at most 120 columns (not tables, not code), and none of the words that a
// reader has to guess at. Part of `npm run lint`.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './workspace.mjs';

const MAX_COLUMNS = 120;
/** Each with the plain word for it. */
const WORDS = new Map([
  ['anew', 'again'],
  ['told', 'say who says what to whom, or "reported"'],
  ['for ever', 'for good, or say how long'],
  ['amid', 'among, between'],
  ['whoever', 'name the person or the program'],
  ['unsteady', 'flaky'],
  ['black-holed', 'packets are dropped'],
]);
const PATTERN = new RegExp(`\\b(${[...WORDS.keys()].join('|')})\\b`, 'i');
/** The changelog and landed migrations stay as they are; this file names the words. */
const LEFT_OUT = /^(CHANGELOG\.md|scripts\/check-prose\.mjs|.*\/(migrate|schema)\/migrations\.ts)$/;

const listed = execFileSync(
  'git',
  ['ls-files', '*.md', 'packages/*/src/*.ts', 'packages/*/src/*.tsx', 'scripts'],
  {
    cwd: root,
    encoding: 'utf8',
  },
);
let faults = 0;
for (const path of listed.split('\n')) {
  if (path === '' || LEFT_OUT.test(path) || !existsSync(join(root, path))) continue;
  check(path, readFileSync(join(root, path), 'utf8').split('\n'));
}
process.exit(faults === 0 ? 0 : 1);

function check(path, lines) {
  let isCode = false;
  for (const [at, line] of lines.entries()) {
    if (line.trimStart().startsWith('```')) isCode = !isCode;
    const word = PATTERN.exec(line)?.[1]?.toLowerCase();
    if (word !== undefined) report(path, at, `"${word}": ${WORDS.get(word)}`);
    const isProse = path.endsWith('.md') && !isCode && !line.startsWith('|');
    const columns = [...line].length;
    if (isProse && columns > MAX_COLUMNS) {
      report(path, at, `${columns} columns, expected at most ${MAX_COLUMNS}`);
    }
  }
}

function report(path, at, message) {
  faults++;
  console.error(`${path}:${at + 1}: ${message}`);
}
