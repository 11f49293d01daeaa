import type { UserApiKey } from '../model/user-api-key.js';
import { type KeyRow, toUserApiKey } from './key-columns.js';

/** A key as a statement left it, and the bucket that has to be told. */
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
