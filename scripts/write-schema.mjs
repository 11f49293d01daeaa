// npm run schema: writes packages/core/schema.sql, what all migrations together make.
import { writeFileSync } from 'node:fs';
import { PGlite } from '@electric-sql/pglite';

const core = new URL('../packages/core/', import.meta.url);
const { migrateUp, openDatabase } = await import(new URL('dist/database/index.js', core).href);
const { dumpSchema } = await import(new URL('dist/database/migrate/dump-schema.js', core).href);

const database = await openDatabase(await PGlite.create());
await migrateUp(database);
const header =
  '-- What all migrations together make. Written by `npm run schema`; not edited by hand.\n\n';
writeFileSync(new URL('schema.sql', core), header + (await dumpSchema(database)));
