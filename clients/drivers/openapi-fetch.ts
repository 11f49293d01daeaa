import createClient from 'openapi-fetch';
import type { paths } from '../generated/openapi-typescript.js';
import { asBrowser, type Driver, refusalOf, unexpected } from './driver.js';

export const drive: Driver = async ({ origin, email, password }) => {
  const client = createClient<paths>({ baseUrl: origin });
  const session = await client.POST('/api/auth/login', { body: { email, password } });
  const { data: issued, error } = await client.POST('/api/api-keys', {
    body: { name: 'openapi-fetch' },
    headers: asBrowser(session.response.headers, origin),
  });
  if (issued === undefined) throw unexpected('not created', error.detail);
  const { id } = issued.info;
  const headers = { 'x-api-key': issued.api_key };

  const list = await client.GET('/api/api-keys', {
    params: { query: { sort: 'created_at' } },
    headers,
  });
  const wrong = await client.GET('/api/api-keys', { params: { query: { limit: 0 } }, headers });
  const revoked = await client.POST('/api/api-keys/{id}/revoke', {
    params: { path: { id } },
    headers,
  });
  const refused = await client.GET('/api/api-keys', { headers });
  if (wrong.error === undefined || refused.error === undefined) throw unexpected('passed', refused);
  // The compiler knows the kinds of each operation: another text here is an error.
  if (refused.error.type !== 'urn:keystamp:problem:api_key_not_valid')
    throw unexpected('other', refused.error);
  return {
    id,
    listed: list.data?.api_keys.map((key) => key.id) ?? [],
    revoked: revoked.data?.info.status ?? '',
    wrongField: refusalOf(wrong.error),
    refused: refusalOf(refused.error),
  };
};
