import type { Database } from 'keystamp/database';

const PARTITIONS = 16;
const oldTable = `'keystamp.api_keys'::regclass`;

/**
 * Makes `api_keys` a table that is partitioned by hash, as an operator of very many keys may: the same columns, checks,
 * indexes and triggers. It must be empty. A unique index of a partitioned table contains the partition key, hence the
 * primary key of two columns.
 */
export async function partitionKeys(database: Database): Promise<void> {
  const list = async (sql: string) => {
    const { rows } = await database.query<{ statement: string }>(sql);
    return rows.map(({ statement }) => statement);
  };
  const indexes = await list(
    `select pg_get_indexdef(indexrelid) as statement from pg_index where indrelid = ${oldTable} and not indisunique`,
  );
  const triggers = await list(
    `select pg_get_triggerdef(oid) as statement from pg_trigger where tgrelid = ${oldTable} and not tgisinternal`,
  );
  const foreignKeys = await list(
    `select format('alter table keystamp.api_keys add constraint %I %s', conname, pg_get_constraintdef(oid)) as statement
     from pg_constraint where conrelid = ${oldTable} and contype = 'f'`,
  );
  const partitions = Array.from(
    { length: PARTITIONS },
    (_, i) => `create table keystamp.api_keys_${i} partition of keystamp.api_keys
      for values with (modulus ${PARTITIONS}, remainder ${i}) with (fillfactor = 70)`,
  );
  const statements = [
    `create table keystamp.partitioned (like keystamp.api_keys including defaults including constraints)
      partition by hash (key_hash)`,
    'drop table keystamp.api_keys',
    'alter table keystamp.partitioned rename to api_keys',
    'alter table keystamp.api_keys add constraint api_keys_pkey primary key (id, key_hash)',
    'alter table keystamp.api_keys add constraint api_keys_key_hash_key unique (key_hash)',
    ...partitions,
    ...indexes,
    ...foreignKeys,
    ...triggers,
  ];
  for (const statement of statements) await database.query(statement);
}
