import type { Schema } from '@keystamp/testing/api-document/document';
import { DocumentSchemas } from '@keystamp/testing/api-document/schemas';
import { type IdentityProvider, startIdentityProvider } from '@keystamp/testing/identity-provider';
import { freePort } from '@keystamp/testing/network/free-port';
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issueSetupToken } from '../../src/auth/setup/first-admin.js';
import { openWaitingServer } from '../../src/start/waiting-server.js';
import type { Answer, Operation, Paths } from '../support/hold-to-document.js';
import { createKeyServer, type KeyServer, NOWHERE } from '../support/key-server.js';
import { configOf, createTestServer, PASSWORD, type TestServer } from '../support/test-server.js';

const PUBLIC_URL = 'http://localhost:4747';

interface Refused {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly body: string;
}
interface Call {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}
type Provoke = (call: Call) => Promise<Refused>;

let provider: IdentityProvider;
let server: KeyServer;
/** One change of keys a minute and one failed sign-in are too many. */
let strict: KeyServer;
/** Nobody is an administrator. */
let fresh: TestServer;
let paths: Paths;
let schemas: DocumentSchemas;

beforeAll(async () => {
  provider = await startIdentityProvider({ redirectOrigins: [PUBLIC_URL] });
  const env = { ...provider.env, KEYSTAMP_PUBLIC_URL: PUBLIC_URL };
  server = await createKeyServer({ env, pageFolder: '/nowhere' });
  strict = await createKeyServer({
    env: { KEYSTAMP_KEY_CHANGES_PER_MINUTE: '1' },
    pageFolder: '/nowhere',
    signInLimits: { perAccountAndAddress: 1 },
  });
  fresh = await createTestServer({ pageFolder: '/nowhere' });
  const document = (await server.app.inject({ url: '/openapi.json' })).json();
  paths = document.paths;
  schemas = new DocumentSchemas(document);
});
afterAll(async () => {
  for (const each of [server, strict, fresh]) await each?.close();
  await provider?.stop();
});

const calls = (): Call[] =>
  Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => {
      return { id: operation.operationId, method: method.toUpperCase(), path, operation };
    }),
  );

const isBySession = ({ operation }: Call) => operation.security.some((each) => 'session' in each);
const isByKey = ({ operation }: Call) => operation.security.some((each) => 'api_key' in each);
const bodyTypeOf = ({ operation }: Call) => Object.keys(operation.requestBody?.content ?? {})[0];

/** The body that the document gives as an example. */
function exampleOf({ operation }: Call): object | undefined {
  return Object.values(operation.requestBody?.content ?? {})[0]?.example as object | undefined;
}

async function ask(
  on: TestServer,
  { method, path }: Call,
  { url = path, ...options }: InjectOptions & { cookie?: string } = {},
): Promise<Refused> {
  const to = String(url).replace('{id}', NOWHERE).replace('{scopes}', 'orders:read');
  const answer = await on.send({ ...options, method: method as 'GET', url: to });
  return { status: answer.statusCode, headers: answer.headers, body: answer.body };
}

/** With whatever lets a caller in. */
async function admitted(
  call: Call,
): Promise<{ cookie?: string; headers?: Record<string, string> }> {
  if (isBySession(call)) return { cookie: server.ada.cookie };
  if (!isByKey(call)) return {};
  const { apiKey } = await server.issue({ userId: server.ada.id, scopes: ['introspect'] });
  return { headers: { 'x-api-key': apiKey } };
}

async function withBody(call: Call, payload: string, type: string): Promise<Refused> {
  const { cookie, headers } = await admitted(call);
  const options = { payload, headers: { ...headers, 'content-type': type } };
  const on = call.id === 'setUp' ? fresh : server;
  return ask(on, call, cookie === undefined ? options : { ...options, cookie });
}

/** The key of one operation on a key: revoked, so that it cannot be changed. */
async function onRevoked(call: Call): Promise<Refused> {
  const { key } = await server.issue({ userId: server.ada.id });
  await server.keystamp.revokeApiKey(key.id);
  const url = call.path.replace('{id}', key.id);
  return ask(server, call, { url, cookie: server.ada.cookie, payload: exampleOf(call) ?? {} });
}

/** Two requests with one `Idempotency-Key`, of which the second has other content. */
async function repeated(call: Call): Promise<Refused> {
  const { key } = await server.issue({ userId: server.ada.id });
  const url = call.path.replace('{id}', key.id);
  const { cookie } = server.ada;
  const headers = { 'idempotency-key': `of-${call.id}` };
  const first = exampleOf(call) ?? {};
  await ask(server, call, { url, cookie, headers, payload: first });
  const payload = call.id === 'createApiKey' ? { ...first, name: 'Other' } : { grace_seconds: 1 };
  return ask(server, call, { url, cookie, headers, payload });
}

/** The second request of the same content, after the key that the first one made was used. */
async function repeatedAfterUse(call: Call): Promise<Refused> {
  const headers = { 'idempotency-key': 'after-use' };
  const request = { cookie: server.ada.cookie, headers, payload: exampleOf(call) ?? {} };
  const { api_key } = JSON.parse((await ask(server, call, request)).body);
  await server.ask({ url: '/verify', key: api_key });
  await server.keystamp.flush();
  return ask(server, call, request);
}

/** As often as the strict server lets it. */
async function tooOften(call: Call): Promise<Refused> {
  const payload =
    call.id === 'signIn'
      ? { email: 'ada@example.com', password: 'wrong' }
      : call.id === 'changeOwnPassword'
        ? { current: 'wrong', new: 'staple a longer one' }
        : exampleOf(call);
  const request = { cookie: strict.ada.cookie, ...(payload === undefined ? {} : { payload }) };
  let answer = await ask(strict, call, request);
  for (let i = 0; i < 3 && answer.status !== 429; i++) answer = await ask(strict, call, request);
  return answer;
}

/** What provokes a status in every operation that lists it. */
const BY_STATUS: Record<number, Provoke> = {
  400: (call) => ask(server, call, { url: `${call.path}?api_key=a` }),
  401: (call) => ask(server, call),
  403: async (call) => {
    const { apiKey } = await server.issue({ scopes: ['other'] });
    const url = call.id === 'verify' ? '/verify?scope=orders:read' : call.path;
    return ask(server, call, { url, headers: { 'x-api-key': apiKey } });
  },
  404: (call) => {
    return ask(server, call, { cookie: server.ada.cookie, payload: exampleOf(call) ?? {} });
  },
  413: (call) => withBody(call, 'a'.repeat(300_000), bodyTypeOf(call) ?? ''),
  415: (call) => withBody(call, 'a', 'text/plain'),
  422: repeated,
  429: tooOften,
  503: async ({ method, path }) => {
    const port = await freePort();
    const waiting = await openWaitingServer(configOf({ KEYSTAMP_PORT: String(port) }), null);
    try {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method });
      const headers = Object.fromEntries(answer.headers);
      return { status: answer.status, headers, body: await answer.text() };
    } finally {
      await waiting.close();
    }
  },
};

const FOREIGN = { headers: { origin: 'https://elsewhere.example' } };

/** Where an operation has a way of its own. */
const BY_OPERATION: Record<string, Provoke> = {
  'revokeToken 401': (call) => ask(server, call, { headers: { 'x-api-key': 'not-a-key' } }),
  'signIn 401': (call) =>
    ask(server, call, { payload: { email: 'ada@example.com', password: 'wrong' } }),
  'signIn 403': (call) => ask(server, call, FOREIGN),
  'setUp 403': (call) => ask(fresh, call, FOREIGN),
  'setUp 409': async (call) => {
    await fresh.addUser('bob');
    const token = await issueSetupToken(fresh.ground.database);
    const payload = { token, email: 'bob@example.com', password: PASSWORD };
    return ask(fresh, call, { payload });
  },
  'verifyForEnvoy 400': async (call) => {
    const [one, other] = [await server.issue(), await server.issue()];
    const authorization = `Bearer ${other.apiKey}`;
    return ask(server, call, { headers: { 'x-api-key': one.apiKey, authorization } });
  },
  'getMetrics 403': (call) => ask(server, call, { remoteAddress: '203.0.113.7' }),
  'beginOidcSignIn 403': (call) => ask(server, call, { headers: { 'sec-fetch-dest': 'image' } }),
  'addUser 409': (call) => {
    return ask(server, call, { cookie: server.ada.cookie, payload: { email: 'bob@example.com' } });
  },
  'changeUser 409': (call) => {
    const url = `/api/users/${server.ada.id}`;
    return ask(server, call, { url, cookie: server.ada.cookie, payload: { is_admin: false } });
  },
  'createApiKey 409': repeatedAfterUse,
  'updateApiKey 409': onRevoked,
  'disableApiKey 409': onRevoked,
  'enableApiKey 409': onRevoked,
  'rotateApiKey 409': onRevoked,
};

describe('the refusals that the API document lists', () => {
  it('are exact statuses, each with the form of its problem', () => {
    for (const { id, operation } of calls()) {
      const refused = Object.entries(operation.responses).filter(
        ([status]) => !/^[23]/.test(status),
      );
      expect([id, refused.length > 0]).toEqual([id, true]);
      for (const [status, { content = {} }] of refused) {
        expect([id, status]).toEqual([id, expect.stringMatching(/^[45]\d\d$/)]);
        for (const { example } of Object.values(content))
          expect(example).toMatchObject({ status: Number(status) });
      }
    }
  });

  it('are all real: each operation answers with each of them, in the form and with the headers that are listed', async () => {
    for (const call of calls()) {
      const { id, operation } = call;
      const listed = Object.keys(operation.responses)
        .map(Number)
        .filter((status) => status >= 400);
      for (const status of listed) {
        const provoke = BY_OPERATION[`${id} ${status}`] ?? BY_STATUS[status];
        if (provoke === undefined) throw new Error(`${id} ${status}: nothing provokes it here`);
        const answer = await provoke(call);
        expect([id, status, answer.status, answer.body]).toEqual([id, status, status, answer.body]);
        const described = operation.responses[status] as Answer;
        const [type] = Object.keys(described.content ?? {});
        expect([id, status, answer.headers['content-type']]).toEqual([id, status, type]);
        const [media] = Object.values(described.content ?? {});
        const fault = schemas.faultOf(media?.schema as Schema, JSON.parse(answer.body));
        expect([id, status, fault]).toEqual([id, status, null]);
        const headers = Object.keys(described.headers ?? {}).map((name) => name.toLowerCase());
        expect([id, status, Object.keys(answer.headers)]).toEqual([
          id,
          status,
          expect.arrayContaining(headers),
        ]);
        for (const name of ['retry-after', 'www-authenticate'])
          if (answer.headers[name] !== undefined)
            expect([id, status, headers]).toEqual([id, status, [name]]);
      }
    }
  });
});
