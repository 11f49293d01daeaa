import type { Executor } from 'keystamp/database';
import type { MovedTable } from './moved-tables.js';
import { readPages } from './snapshot.js';

const named = ({ name }: MovedTable) => `keystamp.${name}`;

/** A row as the text of a JSON list, in which every value is the text that PostgreSQL writes of it: alike in every version. */
const rowsOf = (table: MovedTable) => {
  const values = Object.keys(table.columns).map((column) => `t.${column}::text`);
  return `select json_build_array(${values.join(', ')})::text as line from ${named(table)} t`;
};

/** The rows of a table, in pages, in no order. */
export async function* readRows(session: Executor, table: MovedTable): AsyncGenerator<string[]> {
  for await (const rows of readPages<{ line: string }>(session, rowsOf(table))) {
    yield rows.map(({ line }) => line);
  }
}

/** Adds rows as `readRows` gave them. */
export async function writeRows(
  session: Executor,
  table: MovedTable,
  lines: readonly string[],
): Promise<void> {
  const columns = Object.keys(table.columns);
  const values = Object.values(table.columns).map((type, i) => `(r.v ->> ${i})::${type}`);
  await session.query(
    `insert into ${named(table)} (${columns.join(', ')}) overriding system value
    select ${values.join(', ')} from json_array_elements($1::json) as r (v)`,
    [`[${lines.join(',')}]`],
  );
}

export async function countRows(session: Executor, table: MovedTable): Promise<number> {
  const text = `select count(*)::int as count from ${named(table)}`;
  return (await session.query<{ count: number }>(text)).rows[0]?.count ?? 0;
}

/** What two databases with the same rows answer alike, in whatever order the rows lie: their count, and the sum of their hashes. */
export async function digestOf(session: Executor, table: MovedTable): Promise<string> {
  const hash = `('x' || substr(encode(sha256(convert_to(r.line, 'UTF8')), 'hex'), 1, 15))::bit(60)::bigint`;
  const text = `select count(*) || ':' || coalesce(sum(${hash}), 0) as digest from (${rowsOf(table)}) r`;
  return (await session.query<{ digest: string }>(text)).rows[0]?.digest ?? '';
}

/** New events go on behind the newest one. */
export async function continueEvents(executor: Executor): Promise<void> {
  const { rows } = await executor.query<{ next: string }>(
    'select (coalesce(max(id), 0) + 1)::text as next from keystamp.key_events',
  );
  await executor.query(
    `alter table keystamp.key_events alter column id restart with ${rows[0]?.next ?? '1'}`,
  );
}
