// npm run schema: writes packages/core/schema.sql, what the migrations of the library make, and packages/server/schema.sql,
// what those of the library and of the server make together.
import { writeFileSync } from 'node:fs';
import { PGlite } from '@electric-sql/pglite';

const packages = new URL('../packages/', import.meta.url);
const built = (path) => import(new URL(path, packages).href);
const { migrateUp, openDatabase } = await built('core/dist/database/index.js');
const { dumpSchema } = await built('core/dist/database/migrate/dump-schema.js');
const { migrateServerUp } = await built('server/dist/schema/schema.js');

const database = await openDatabase(await PGlite.create());
await migrateUp(database);
await write('core', 'all migrations');
await migrateServerUp(database);
await write('server', 'all migrations of the library and of the server');

async function write(name, what) {
  const header = `-- What ${what} together make. Written by \`npm run schema\`; not edited by hand.\n\n`;
  writeFileSync(new URL(`${name}/schema.sql`, packages), header + (await dumpSchema(database)));
}
