import type { Executor } from '../database.js';

const look = `select pg_catalog.to_regnamespace('keystamp') is null as lacks_schema,
       pg_catalog.to_regclass('keystamp.migrations') is null as lacks_table,
       not exists (
         select from pg_catalog.pg_attribute
         where attrelid operator(pg_catalog.=) pg_catalog.to_regclass('keystamp.migrations')
           and attname operator(pg_catalog.=) 'owner'
       ) as lacks_owner`;

interface Row {
  readonly lacks_schema: boolean;
  readonly lacks_table: boolean;
  readonly lacks_owner: boolean;
}

/** As versions before made it, whose rows are kept. */
const table = `create table keystamp.migrations (
    id serial constraint migrations_pkey primary key,
    name varchar(255) not null,
    run_on timestamp not null
  )`;

/** Null: the library. Else who the migration belongs to. */
const owner = 'alter table keystamp.migrations add column owner text null';

/**
 * Makes the schema and the table of applied migrations, where they are missing. It looks first: "if not exists" asks for
 * the right to create them also where a database administrator made them.
 */
export async function makeMigrationsTable(executor: Executor): Promise<void> {
  const { rows } = await executor.query<Row>(look);
  const { lacks_schema, lacks_table, lacks_owner } = rows[0] as Row;
  if (lacks_schema) await executor.query('create schema keystamp');
  if (lacks_table) await executor.query(table);
  if (lacks_owner) await executor.query(owner);
}
