import type { ApiKeyInfo } from '@keystamp/server/contract';
import { checksumOf } from 'keystamp/shape';

let made = 0;

/** A key of the wire, active and never used unless told otherwise. */
export function apiKeyInfo(over: Partial<ApiKeyInfo> = {}): ApiKeyInfo {
  made += 1;
  return {
    id: `00000000-0000-4000-8000-${String(made).padStart(12, '0')}`,
    user_id: 'ada',
    user_email: 'ada@example.com',
    name: `Key ${made}`,
    note: null,
    metadata: {},
    key_prefix: `ks_${String(made).padStart(6, '0')}`,
    scopes: [],
    status: 'active',
    is_active: true,
    created_at: '2026-01-01T00:00:00.000Z',
    expires_at: null,
    disabled_at: null,
    revoked_at: null,
    last_used_at: null,
    predecessor_id: null,
    successor_id: null,
    ...over,
  };
}

/** A whole key of the right shape, of no server. */
export function wholeKey(label = 'ks', letter = 'x'): string {
  const body = `${label}_${letter.repeat(43)}`;
  return body + checksumOf(body);
}
