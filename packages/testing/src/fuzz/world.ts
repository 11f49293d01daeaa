import { unknownApiKey } from '../api-keys.js';
import type { World } from './stand-ins.js';

/** Who prepares each round: an administrator that no request of a round reaches. */
export interface Root {
  readonly origin: string;
  readonly cookie: string;
}

const PASSWORD = 'correct horse battery';

type Headers = Readonly<Record<string, string>>;

/** People and keys of their own for one round, which has a name of its own: what its requests end or change, the next round does not miss. */
export async function makeWorld({ origin, cookie }: Root, round: string): Promise<World> {
  const api = apiOf(origin);
  const [admin, user] = [await person('admin', true), await person('user', false)];
  const keys = {
    admin: await issue(admin.session, []),
    user: await issue(user.session, []),
    reading: await issue(user.session, ['keystamp:read']),
    writing: await issue(admin.session, ['keystamp:read', 'keystamp:write']),
    introspecting: await issue(admin.session, ['introspect']),
    revoked: await issue(user.session, []),
  };
  await api('POST', `/api/api-keys/${keys.revoked.id}/revoke`, admin.session);
  const unknown = unknownApiKey();
  const byKey = (apiKey: string) => ({ 'x-api-key': apiKey });
  const basic = Buffer.from(`any:${keys.user.apiKey}`).toString('base64');
  return {
    keyIds: Object.values(keys).map(({ id }) => id),
    userIds: [user.id, admin.id, 'nobody'],
    apiKeys: [
      ...Object.values(keys)
        .map(({ apiKey }) => apiKey)
        .slice(1),
      unknown,
    ],
    emails: [user.email, admin.email, `new-${round}@example.com`],
    password: PASSWORD,
    cursors: await cursors(admin.session),
    callers: {
      nobody: {},
      'admin session': admin.session,
      'user session': user.session,
      'admin key': byKey(keys.admin.apiKey),
      'user key': { authorization: `Bearer ${keys.user.apiKey}` },
      'reading key': byKey(keys.reading.apiKey),
      'writing key': byKey(keys.writing.apiKey),
      'introspecting key': byKey(keys.introspecting.apiKey),
      'revoked key': byKey(keys.revoked.apiKey),
      'unknown key': byKey(unknown),
      'key as a password': { authorization: `Basic ${basic}` },
      'two keys': { ...byKey(keys.user.apiKey), authorization: `Bearer ${keys.admin.apiKey}` },
      'key and session': { ...byKey(keys.reading.apiKey), ...admin.session },
      'ended session': { origin, cookie: `keystamp=${'A'.repeat(43)}` },
    },
  };

  async function person(kind: string, isAdmin: boolean) {
    const email = `${kind}-${round}@example.com`;
    const fields = { email, name: `${kind} ${round}`, password: PASSWORD, is_admin: isAdmin };
    const made = await api('POST', '/api/users', { origin, cookie }, fields);
    const { headers } = await api(
      'POST',
      '/api/auth/login',
      { origin },
      { email, password: PASSWORD },
    );
    const own = headers.getSetCookie()[0]?.split(';', 1)[0] as string;
    return { id: made.body.user.id as string, email, session: { origin, cookie: own } };
  }

  async function issue(session: Headers, scopes: readonly string[]) {
    const { body } = await api('POST', '/api/api-keys', session, { name: 'A key', scopes });
    return { id: body.info.id as string, apiKey: body.api_key as string };
  }

  async function cursors(session: Headers): Promise<string[]> {
    const lists = ['/api/api-keys?limit=1&user=all', '/api/users?limit=1', '/api/events?limit=1'];
    const pages = await Promise.all(lists.map((list) => api('GET', list, session)));
    return pages.map(({ body }) => String(body.next_cursor));
  }
}

/** Requests that have to succeed. */
function apiOf(origin: string) {
  return async (method: string, path: string, headers: Headers, body?: object) => {
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const init = { method, headers: { ...headers, ...type } };
    const json = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await fetch(origin + path, { ...init, ...json });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return { headers: answer.headers, body: text === '' ? null : JSON.parse(text) };
  };
}
