import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import type { CreateApiKeyInput, IssuedApiKey } from 'keystamp';
import { createTestServer, type TestServer, type TestServerOptions } from './test-server.js';

export const NOWHERE = '00000000-0000-4000-8000-000000000000';

type RefusedKey = 'unknown' | 'revoked' | 'expired' | 'disabled' | 'user_inactive';
type KeyRequest = InjectOptions & { cookie?: string; key?: string };

/** The test server with Ada, an administrator, and Bob, who is none. */
export interface KeyServer extends TestServer {
  readonly ada: { readonly id: string; readonly cookie: string };
  readonly bob: { readonly id: string; readonly cookie: string };
  /** A request by cookie or by key. */
  ask(request: KeyRequest): Promise<LightMyRequestResponse>;
  /** A key of Bob's, unless told otherwise. */
  issue(input?: Partial<CreateApiKeyInput>): Promise<IssuedApiKey>;
  /** Keys that may not act, by the reason. None was seen by this instance before. */
  refusedKeys(): Promise<Record<RefusedKey, string>>;
  /** When the key was last used, once all that is pending is written. */
  lastUse(id: string): Promise<Date | null>;
  /** All keys as they are stored, with the version of each row: equal means that nothing was written. */
  rows(): Promise<unknown[]>;
}

export async function createKeyServer(options: TestServerOptions = {}): Promise<KeyServer> {
  const server = await createTestServer(options);
  const ada = await server.addUser('ada', { isAdmin: true });
  const bob = await server.addUser('bob');
  const query = server.ground.database.query.bind(server.ground.database);
  const issue: KeyServer['issue'] = (input = {}) =>
    server.keystamp.createApiKey({ userId: bob.id, name: 'A key', ...input });
  const ask: KeyServer['ask'] = ({ key, headers, ...request }) =>
    server.send({
      ...request,
      headers: { ...(key === undefined ? {} : { 'x-api-key': key }), ...headers },
    });
  return {
    ...server,
    ada: { id: ada.id, cookie: await server.signIn('ada') },
    bob: { id: bob.id, cookie: await server.signIn('bob') },
    ask,
    issue,
    refusedKeys: () => makeRefusedKeys(server, issue),
    lastUse: async (id) => {
      await server.keystamp.flush();
      const text = 'select last_used_at from keystamp.api_keys where id = $1';
      const { rows } = await query<{ last_used_at: Date | null }>(text, [id]);
      return rows[0]?.last_used_at ?? null;
    },
    rows: async () => {
      await server.keystamp.flush();
      const text = 'select xmin::text as version, k.* from keystamp.api_keys k order by id';
      return (await query(text)).rows;
    },
  };
}

async function makeRefusedKeys({ keystamp, ground }: TestServer, issue: KeyServer['issue']) {
  const deleted = await issue();
  await keystamp.deleteApiKey(deleted.key.id);
  const revoked = await issue();
  await keystamp.revokeApiKey(revoked.key.id);
  const expired = await issue();
  const past = `update keystamp.api_keys set expires_at = now() - interval '1 s' where id = $1`;
  await ground.database.query(past, [expired.key.id]);
  const disabled = await issue();
  await keystamp.disableApiKey(disabled.key.id);
  const inactive = await issue({ userId: `inactive-${deleted.key.id}` });
  await keystamp.setUserActive(inactive.key.userId, false);
  return {
    unknown: deleted.apiKey,
    revoked: revoked.apiKey,
    expired: expired.apiKey,
    disabled: disabled.apiKey,
    user_inactive: inactive.apiKey,
  };
}
