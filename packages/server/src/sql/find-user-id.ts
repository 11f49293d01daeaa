import type { Executor } from 'keystamp';

const text = `select u.id from keystamp.users u
  where u.id = $1 or lower(u.email) = lower($1)
  order by u.id = $1 desc
  limit 1`;

/** The id of the user that `idOrEmail` names; an id wins over an address. Null: there is none. */
export async function findUserId(executor: Executor, idOrEmail: string): Promise<string | null> {
  const { rows } = await executor.query<{ id: string }>(text, [idOrEmail]);
  return rows[0]?.id ?? null;
}
