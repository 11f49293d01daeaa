import type { Executor } from 'keystamp/database';

/** In the order of their ids, so that two transactions never wait for each other. */
const text = `select id from keystamp.users where is_admin and is_active and email is not null order by id for update`;

/** The ids of all active administrators who can sign in. They stay so until the transaction ends. */
export async function lockActiveAdmins(executor: Executor): Promise<string[]> {
  const { rows } = await executor.query<{ id: string }>(text);
  return rows.map((row) => row.id);
}
