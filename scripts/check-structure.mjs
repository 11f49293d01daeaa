// Checks the folders of the packages against the tables of ARCHITECTURE.md: each folder has a row, a folder imports
// only folders of rows below its own, few files are loose, and the file to begin with exists. Part of `npm run lint`.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { root } from './workspace.mjs';

const MAX_LOOSE_FILES = 6;
const faults = [];

for (const source of [
  'packages/core/src',
  'packages/server/src',
  'packages/admin/src/features/api-keys',
  'packages/testing/src',
  'stress',
]) {
  const rows = rowsOf(source);
  const files = filesOf(source);
  checkFolders(source, rows, files);
  checkLooseFiles(source, files);
  checkImports(source, rows, files);
}
for (const fault of faults) console.error(fault);
process.exit(faults.length === 0 ? 0 : 1);

/** The folders of a table, from top to bottom, with the file to begin with. */
function rowsOf(source) {
  const text = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
  const section = text.split(`\n## ${source}\n`)[1]?.split('\n## ')[0] ?? '';
  return [...section.matchAll(/^\| `([a-z-]+)\/` \|.*\| `([^`]+)`[^|]*\|$/gm)].map(
    ([, folder, first]) => ({ folder, first }),
  );
}

function filesOf(source) {
  const listed = execFileSync(
    'git',
    ['ls-files', '--cached', '--others', '--exclude-standard', source],
    {
      cwd: root,
      encoding: 'utf8',
    },
  );
  return listed.split('\n').filter((path) => /\.tsx?$/.test(path) && existsSync(join(root, path)));
}

function checkFolders(source, rows, files) {
  const onDisk = new Set(
    files.map((path) => folderOf(source, path)).filter((name) => name !== null),
  );
  for (const name of onDisk) {
    if (!rows.some(({ folder }) => folder === name)) fault(`${source}/${name}/ has no row`);
  }
  for (const { folder, first } of rows) {
    if (!onDisk.has(folder)) fault(`the row of ${source}/${folder}/ has no folder`);
    if (!existsSync(join(root, source, folder, first)))
      fault(`${source}/${folder}/${first} is missing`);
  }
}

function checkLooseFiles(source, files) {
  const loose = files.filter((path) => folderOf(source, path) === null);
  if (loose.length > MAX_LOOSE_FILES) {
    fault(`${source} has ${loose.length} loose files, expected at most ${MAX_LOOSE_FILES}`);
  }
}

/** The loose files put the folders together or are used by all of them: they stand outside of the order. */
function checkImports(source, rows, files) {
  const place = (folder) => rows.findIndex((row) => row.folder === folder);
  for (const path of files) {
    const from = folderOf(source, path);
    if (from === null) continue;
    for (const [, specifier] of readFileSync(join(root, path), 'utf8').matchAll(
      /\bfrom '(\.[^']+)'/g,
    )) {
      const to = folderOf(source, posix.join(dirname(path), specifier));
      if (to === null || to === from || place(to) > place(from)) continue;
      fault(`${path} imports ${specifier}: ${to}/ does not stand below ${from}/`);
    }
  }
}

/** Null: the file is loose, or outside. */
function folderOf(source, path) {
  const parts = path.startsWith(`${source}/`) ? path.slice(source.length + 1).split('/') : [];
  return parts.length > 1 ? parts[0] : null;
}

function fault(text) {
  faults.push(`ARCHITECTURE.md: ${text}`);
}
