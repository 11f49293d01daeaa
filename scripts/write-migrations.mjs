// npm run migrations: writes packages/core/src/database/migrate/migrations.ts, the SQL files of packages/core/migrations as code.
// A bundler takes code along, and a file that is found by its path it does not.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const folder = new URL('../packages/core/migrations/', import.meta.url);
const target = new URL('../packages/core/src/database/migrate/migrations.ts', import.meta.url);

const names = readdirSync(folder)
  .filter((file) => file.endsWith('.up.sql'))
  .map((file) => file.slice(0, -'.up.sql'.length))
  .sort();

const text = `// The SQL files of packages/core/migrations, written by \`npm run migrations\`; not edited by hand.
import type { Migration } from './migration.js';

export const migrations: readonly Migration[] = [
${names.map(entry).join('')}];
`;

// The build compares the times of its sources.
if (readFileSync(target, 'utf8') !== text) writeFileSync(target, text);

function entry(name) {
  return `  {
    name: '${name}',
    up: ${literal(`${name}.up.sql`)},
    down: ${literal(`${name}.down.sql`)},
  },
`;
}

function literal(file) {
  const sql = readFileSync(new URL(file, folder), 'utf8');
  return `\`${sql.replaceAll(/[\\`]|\$\{/g, '\\$&')}\``;
}
