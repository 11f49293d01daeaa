import type { Database } from 'keystamp/database';

const PARTITIONS = 16;
const oldTable = `'keystamp.api_keys'::regclass`;

/** What decides on the partition. By `id`, the table cannot keep a hash from being there twice. */
export type PartitionColumn = 'key_hash' | 'id';

/** A unique index of a partitioned table contains the partition key, hence those of two columns. */
const UNIQUE = {
  key_hash: { pkey: 'id, key_hash', hash: 'key_hash' },
  id: { pkey: 'id', hash: 'key_hash, id' },
};

/**
 * Makes `api_keys` a table that is partitioned by hash, as an operator of very many keys may: the same columns, checks,
 * indexes and triggers. It must be empty.
 */
export async function partitionKeys(
  database: Database,
  column: PartitionColumn = 'key_hash',
): Promise<void> {
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
      partition by hash (${column})`,
    'drop table keystamp.api_keys',
    'alter table keystamp.partitioned rename to api_keys',
    `alter table keystamp.api_keys add constraint api_keys_pkey primary key (${UNIQUE[column].pkey})`,
    `alter table keystamp.api_keys add constraint api_keys_key_hash_key unique (${UNIQUE[column].hash})`,
    ...partitions,
    ...indexes,
    ...foreignKeys,
    ...triggers,
  ];
  for (const statement of statements) await database.query(statement);
}
