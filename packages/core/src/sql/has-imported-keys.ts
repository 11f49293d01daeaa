import type { Executor } from '../database/database.js';

const text = `select exists (select from keystamp.api_keys where imported) as has_imported`;

export async function hasImportedKeys(executor: Executor): Promise<boolean> {
  const { rows } = await executor.query<{ has_imported: boolean }>(text);
  return rows[0]?.has_imported === true;
}
