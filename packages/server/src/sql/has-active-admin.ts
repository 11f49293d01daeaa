import type { Executor } from 'keystamp/database';

const text = `select exists (select from keystamp.users where is_admin and is_active and email is not null) as has_admin`;

export async function hasActiveAdmin(executor: Executor): Promise<boolean> {
  const { rows } = await executor.query<{ has_admin: boolean }>(text);
  return rows[0]?.has_admin === true;
}
