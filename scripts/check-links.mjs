// Checks the links of the Markdown files: each leads to a file that is there and, with #, to a heading of it. A document
// that other files name by its path, in a comment or a message, must be there too, and the index has a link to each
// document. Part of `npm run lint`.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { root } from './workspace.mjs';

/** `npm run bench` puts the notes into docs/evidence/performance.md, and their links count from there. */
const FOLDER_OF_NOTES = 'docs/evidence';

/** The index, and the one link behind which the evidence is. */
const INDEXES = ['docs/README.md', 'docs/evidence/README.md'];

let faults = 0;
const linked = new Set();
for (const path of filesOf('.')) {
  const text = readFileSync(join(root, path), 'utf8');
  if (path.endsWith('.md')) checkLinks(path, withoutCode(text));
  if (path !== 'CHANGELOG.md') checkNames(path, text);
}
for (const path of filesOf('docs')) {
  if (path.endsWith('.md') && path !== 'docs/README.md' && !linked.has(path)) {
    report(path, `is in none of ${INDEXES.join(', ')}`);
  }
}
process.exit(faults === 0 ? 0 : 1);

function filesOf(folder) {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', folder];
  return execFileSync('git', args, { cwd: root, encoding: 'utf8' })
    .split('\n')
    .filter((path) => /\.(md|tsx?|mjs|service|conf|yaml|yml|cfg|ini|sql)$/.test(path))
    .filter((path) => existsSync(join(root, path)));
}

function checkLinks(path, text) {
  const folder = path.startsWith('bench/notes/') ? FOLDER_OF_NOTES : dirname(path);
  for (const [, link] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^(https?|mailto):/.test(link)) continue;
    const [file, heading] = link.split('#');
    const target = file === '' ? path : posix.join(folder, file);
    if (INDEXES.includes(path)) linked.add(target);
    if (!existsSync(join(root, target))) report(path, `${link} leads to no file`);
    else if (heading && !headingsOf(target).includes(heading)) {
      report(path, `${link} leads to no heading`);
    }
  }
}

function checkNames(path, text) {
  for (const [name] of text.matchAll(/(?<![\w./-])docs\/[\w/-]+\.(md|png|svg)/g)) {
    if (!existsSync(join(root, name))) report(path, `${name} is missing`);
  }
}

/** As GitHub makes the name of a heading. */
function headingsOf(path) {
  const text = withoutCode(readFileSync(join(root, path), 'utf8'));
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function withoutCode(text) {
  return text.replace(/^```.*?^```/gms, '');
}

function report(path, message) {
  faults++;
  console.error(`${path}: ${message}`);
}
