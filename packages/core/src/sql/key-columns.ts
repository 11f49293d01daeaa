import { type ApiKeyStatus, statusSql } from '../model/status.js';
import type { KeyUser, UserApiKey } from '../model/user-api-key.js';
import { clampTime } from './clamp-time.js';

/** A key's expiry. `infinity`, which only a row written by hand has, is none. */
export const expiresAtSql = `nullif(k.expires_at, 'infinity')`;

/** What every query that returns keys selects. `k` is `keystamp.api_keys`, `u` is `keystamp.users`. */
export const keyColumns = `k.id, k.user_id, u.email as user_email, k.name, k.note, k.metadata, k.key_prefix, k.scopes,
  ${statusSql} as status, k.created_at, ${expiresAtSql} as expires_at, k.disabled_at, k.revoked_at, k.last_used_at,
  k.predecessor_id, k.successor_id`;

export interface KeyRow {
  id: string;
  user_id: string;
  user_email: string | null;
  name: string;
  note: string | null;
  metadata: unknown;
  key_prefix: string;
  scopes: string[];
  status: ApiKeyStatus;
  created_at: Date;
  expires_at: Date | null;
  disabled_at: Date | null;
  revoked_at: Date | null;
  last_used_at: Date | null;
  predecessor_id: string | null;
  successor_id: string | null;
}

export function toUserApiKey(row: KeyRow): UserApiKey {
  return {
    id: row.id,
    userId: row.user_id,
    userEmail: row.user_email,
    name: row.name,
    note: row.note,
    metadata: toMetadata(row.metadata),
    keyPrefix: row.key_prefix,
    scopes: Object.freeze(row.scopes),
    status: row.status,
    createdAt: clampTime(row.created_at),
    expiresAt: row.expires_at && clampTime(row.expires_at),
    disabledAt: row.disabled_at && clampTime(row.disabled_at),
    revokedAt: row.revoked_at && clampTime(row.revoked_at),
    lastUsedAt: row.last_used_at && clampTime(row.last_used_at),
    predecessorId: row.predecessor_id,
    successorId: row.successor_id,
  };
}

const NO_METADATA: Readonly<Record<string, string>> = Object.freeze({});

/** Of a row written by hand, what is no text shows as JSON. */
function toMetadata(stored: unknown): Readonly<Record<string, string>> {
  const pairs = typeof stored === 'object' && stored !== null ? Object.entries(stored) : [];
  if (pairs.length === 0) return NO_METADATA;
  const texts = pairs.map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return Object.freeze(Object.fromEntries(texts));
}

export interface UserRow {
  user_id: string;
  user_email: string | null;
  user_is_active: boolean;
  user_is_admin: boolean;
}

/** Frozen: the same object goes to everybody who asks while the key is known. */
export function toKeyUser(row: UserRow): KeyUser {
  return Object.freeze({
    id: row.user_id,
    email: row.user_email,
    isActive: row.user_is_active,
    isAdmin: row.user_is_admin,
  });
}
