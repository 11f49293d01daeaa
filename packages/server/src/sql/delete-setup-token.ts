import type { Executor } from 'keystamp/database';

const text = 'delete from keystamp.setup_tokens';

/** Once there is an administrator no link is left to make another. */
export async function deleteSetupToken(executor: Executor): Promise<void> {
  await executor.query(text);
}
