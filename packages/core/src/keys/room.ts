import type { Executor } from '../database/database.js';
import { KeystampError } from '../errors.js';
import { addressForId } from '../model/arguments.js';
import { lockUser } from '../sql/lock-user.js';
import { requireCounting } from './transaction.js';

/** Holds the user's row, adding it where the id is unknown. How many keys there are. */
export async function lockUserAndCountKeys(session: Executor, userId: string): Promise<number> {
  requireCounting(session);
  const keys = await lockUser(session, userId);
  if (keys === null) throw addressForId('userId');
  return keys;
}

export function requireRoom(keys: number, most: number): void {
  if (keys < most) return;
  const message = `The user has ${keys} keys, revoked and expired ones included. Deleting some makes room; revoking does not.`;
  throw new KeystampError('too_many_keys', message);
}
