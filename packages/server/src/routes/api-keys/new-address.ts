import type { Executor } from 'keystamp/database';
import { wrongField } from '../../rules/refusal.js';
import { findUsersByName } from '../../sql/find-users-by-name.js';

/** An address is never made a user by itself, as on the command line: its owner may be added later. That it is somebody's, the library says. */
export async function requireNoNewAddress(executor: Executor, userId: string): Promise<void> {
  if (!userId.includes('@') || (await findUsersByName(executor, userId)).length > 0) return;
  throw wrongField('user_id', 'expected the id of a user; no user has this address');
}
