import { client } from '../generated/hey-api/client.gen.js';
import { createApiKey, listApiKeys, revokeApiKey, signIn } from '../generated/hey-api/index.js';
import { asBrowser, type Driver, refusalOf, unexpected } from './driver.js';

/** The key goes where the client puts it by itself: the first of the security schemes that it has a value for. */
export const drive: Driver = async ({ origin, email, password }) => {
  client.setConfig({ baseUrl: origin });
  const session = await signIn({ body: { email, password } });
  const { data: issued, error } = await createApiKey({
    body: { name: 'hey-api' },
    headers: asBrowser(session.response.headers, origin),
  });
  if (issued === undefined) throw unexpected('not created', error);
  const auth = issued.api_key;
  const { id } = issued.info;

  const { data: list } = await listApiKeys({ auth, query: { sort: 'created_at' } });
  const wrong = await listApiKeys({ auth, query: { limit: 0 } });
  const revoked = await revokeApiKey({ auth, path: { id } });
  const refused = await listApiKeys({ auth });
  if (wrong.error === undefined || refused.error === undefined) throw unexpected('passed', refused);
  return {
    id,
    listed: list?.api_keys.map((key) => key.id) ?? [],
    revoked: revoked.data?.info.status ?? '',
    wrongField: refusalOf(wrong.error),
    refused: refusalOf(refused.error),
  };
};
