import type pg from 'pg';

const text = 'update keystamp.api_keys set last_used_at = now() where id = $1';

/** The stamp as it is usually written: one UPDATE in each request. */
export async function updatePerRequest(pool: pg.Pool, id: string): Promise<void> {
  await pool.query({ name: 'update-per-request', text, values: [id] });
}
