import { createApiKey, listApiKeys, revokeApiKey, signIn } from '../generated/orval.js';
import { asBrowser, type Driver, refusalOf, unexpected } from './driver.js';

/** The address of the server is in the client: from `servers` of the document. */
export const drive: Driver = async ({ origin, email, password }) => {
  const session = await signIn({ email, password });
  const issued = await createApiKey(
    { name: 'orval' },
    { headers: asBrowser(session.headers, origin) },
  );
  if (issued.status !== 201) throw unexpected('not created', issued.data.detail);
  const { id } = issued.data.info;
  const byKey = { headers: { authorization: `Bearer ${issued.data.api_key}` } };

  const list = await listApiKeys({ sort: 'created_at' }, byKey);
  const wrong = await listApiKeys({ limit: 0 }, byKey);
  const revoked = await revokeApiKey(id, {}, byKey);
  const refused = await listApiKeys({}, byKey);
  if (list.status !== 200) throw unexpected('not listed', list.data.detail);
  if (revoked.status !== 200) throw unexpected('not revoked', revoked.data.detail);
  if (wrong.status !== 400 || refused.status !== 401) throw unexpected('passed', refused);
  return {
    id,
    listed: list.data.api_keys.map((key) => key.id),
    revoked: revoked.data.info.status,
    wrongField: refusalOf(wrong.data),
    refused: refusalOf(refused.data),
  };
};
