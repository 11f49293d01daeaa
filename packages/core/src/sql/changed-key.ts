import type { UserApiKey } from '../model/user-api-key.js';
import { type KeyRow, toUserApiKey } from './key-columns.js';

/** A key after a statement, and the bucket to invalidate. */
export interface ChangedKey {
  readonly key: UserApiKey;
  readonly keyBucket: number;
}

export interface ChangedRow extends KeyRow {
  key_bucket: number;
}

export function toChangedKey(row: ChangedRow): ChangedKey {
  return { key: toUserApiKey(row), keyBucket: row.key_bucket };
}
