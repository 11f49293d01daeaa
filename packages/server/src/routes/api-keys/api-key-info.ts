import type { Keystamp, UserApiKey } from 'keystamp';
import type { ApiKeyAnswer, ApiKeyInfo, IssuedApiKey } from '../../contract/api-key-info.js';
import { asOf } from '../../http/as-of.js';

/** What of a key goes over the wire. */
export function toApiKeyInfo(key: UserApiKey): ApiKeyInfo {
  return {
    id: key.id,
    user_id: key.userId,
    user_email: key.userEmail,
    name: key.name,
    note: key.note,
    metadata: { ...key.metadata },
    key_prefix: key.keyPrefix,
    scopes: [...key.scopes],
    status: key.status,
    is_active: key.status === 'active',
    created_at: key.createdAt.toISOString(),
    expires_at: key.expiresAt?.toISOString() ?? null,
    disabled_at: key.disabledAt?.toISOString() ?? null,
    revoked_at: key.revokedAt?.toISOString() ?? null,
    last_used_at: key.lastUsedAt?.toISOString() ?? null,
    predecessor_id: key.predecessorId,
    successor_id: key.successorId,
  };
}

/** A key as the answer to a read or a change. */
export function toApiKeyAnswer(keystamp: Keystamp, key: UserApiKey): ApiKeyAnswer {
  return { info: toApiKeyInfo(key), as_of: asOf(keystamp) };
}

/** A new key, with the only copy of its full string. */
export function toIssuedApiKey(
  keystamp: Keystamp,
  issued: { apiKey: string; key: UserApiKey },
): IssuedApiKey {
  return { api_key: issued.apiKey, ...toApiKeyAnswer(keystamp, issued.key) };
}
