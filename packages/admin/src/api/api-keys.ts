import type {
  ApiKeyAnswer,
  ApiKeyInfo,
  BulkDisableAnswer,
  BulkDisableBody,
  BulkRevokeAnswer,
  BulkRevokeBody,
  CreateApiKeyBody,
  IssuedApiKey,
  ListApiKeysQuery,
  ListedApiKeys,
  UpdateApiKeyBody,
} from '@keystamp/server/contract';
import { issueKey } from './issue-key.ts';
import { queryOf } from './query.ts';
import { request } from './request.ts';

function pathOf(id: string): string {
  return `/api/api-keys/${encodeURIComponent(id)}`;
}

export function listApiKeys(query: ListApiKeysQuery, signal?: AbortSignal): Promise<ListedApiKeys> {
  return request('GET', `/api/api-keys?${queryOf(query)}`, { signal });
}

export async function getApiKey(id: string, signal?: AbortSignal): Promise<ApiKeyInfo> {
  return (await request<ApiKeyAnswer>('GET', pathOf(id), { signal })).info;
}

/** The answer holds the key, this once: it goes to the eyes and nowhere else. */
export function createApiKey(body: CreateApiKeyBody): Promise<IssuedApiKey> {
  return issueKey('/api/api-keys', body);
}

/** The answer holds the new key, this once: it goes to the eyes and nowhere else. */
export function rotateApiKey(id: string, graceSeconds: number): Promise<IssuedApiKey> {
  return issueKey(`${pathOf(id)}/rotate`, { grace_seconds: graceSeconds });
}

export async function updateApiKey(id: string, body: UpdateApiKeyBody): Promise<ApiKeyInfo> {
  return (await request<ApiKeyAnswer>('PATCH', pathOf(id), { body })).info;
}

export async function disableApiKey(id: string): Promise<ApiKeyInfo> {
  return (await request<ApiKeyAnswer>('POST', `${pathOf(id)}/disable`)).info;
}

export async function enableApiKey(id: string): Promise<ApiKeyInfo> {
  return (await request<ApiKeyAnswer>('POST', `${pathOf(id)}/enable`)).info;
}

export async function revokeApiKey(id: string): Promise<ApiKeyInfo> {
  return (await request<ApiKeyAnswer>('POST', `${pathOf(id)}/revoke`)).info;
}

export function deleteApiKey(id: string): Promise<null> {
  return request('DELETE', pathOf(id));
}

export async function bulkRevokeApiKeys(
  keys: BulkRevokeBody['keys'],
): Promise<BulkRevokeAnswer['results']> {
  const body: BulkRevokeBody = { keys };
  return (await request<BulkRevokeAnswer>('POST', '/api/api-keys/bulk-revoke', { body })).results;
}

export async function bulkDisableApiKeys(
  keys: BulkDisableBody['keys'],
): Promise<BulkDisableAnswer['results']> {
  const body: BulkDisableBody = { keys };
  return (await request<BulkDisableAnswer>('POST', '/api/api-keys/bulk-disable', { body })).results;
}
