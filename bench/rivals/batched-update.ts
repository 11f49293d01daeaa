import type pg from 'pg';

/** The update of many rows with nothing decided, guarded or answered: what a flush costs at least. */
const text = `update keystamp.api_keys k set last_used_at = to_timestamp(v.ms / 1000)
from unnest($1::uuid[], $2::float8[]) as v (id, ms) where k.id = v.id`;

export async function updateInBatches(
  client: pg.Client,
  ids: readonly string[],
  rowsAStatement: number,
): Promise<void> {
  for (let from = 0; from < ids.length; from += rowsAStatement) {
    const some = ids.slice(from, from + rowsAStatement);
    const now = Date.now();
    const values = [some, some.map(() => now)];
    const { rowCount } = await client.query({ name: 'batched-update', text, values });
    if (rowCount !== some.length)
      throw new Error(`${rowCount} of ${some.length} rows were updated`);
  }
}
