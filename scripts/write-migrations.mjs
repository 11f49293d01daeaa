// npm run migrations: writes the SQL files of the library's and of the server's migrations as code.
// A bundler takes code along, and a file that is found by its path it does not.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const root = new URL('../', import.meta.url);
const lists = [
  {
    folder: 'packages/core/migrations/',
    target: 'packages/core/src/database/migrate/migrations.ts',
    typeFrom: './migration.js',
  },
  {
    folder: 'packages/server/migrations/',
    target: 'packages/server/src/schema/migrations.ts',
    typeFrom: 'keystamp/database',
  },
];

requireOwnNumbers(lists.flatMap(({ folder }) => namesIn(folder)));
for (const list of lists) write(list);

/** The library and the server number their migrations together: the numbers are the order of both. */
function requireOwnNumbers(names) {
  const sorted = names.sort();
  const twice = sorted.find((name, i) => sorted[i + 1]?.slice(0, 6) === name.slice(0, 6));
  if (twice === undefined) return;
  throw new Error(`Two migrations have the number of ${twice}: give the newer one the next number`);
}

function namesIn(folder) {
  return readdirSync(new URL(folder, root))
    .filter((file) => file.endsWith('.up.sql'))
    .map((file) => file.slice(0, -'.up.sql'.length))
    .sort();
}

function write({ folder, target, typeFrom }) {
  const file = new URL(target, root);
  const text = `// The SQL files of ${folder.slice(0, -1)}, written by \`npm run migrations\`; not edited by hand.
import type { Migration } from '${typeFrom}';

export const migrations: readonly Migration[] = [
${namesIn(folder)
  .map((name) => entry(folder, name))
  .join('')}];
`;
  // The build compares the times of its sources.
  if (read(file) !== text) writeFileSync(file, text);
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function entry(folder, name) {
  return `  {
    name: '${name}',
    up: ${literal(folder, `${name}.up.sql`)},
    down: ${literal(folder, `${name}.down.sql`)},
  },
`;
}

function literal(folder, file) {
  const sql = readFileSync(new URL(`${folder}${file}`, root), 'utf8');
  return `\`${sql.replaceAll(/[\\`]|\$\{/g, '\\$&')}\``;
}
