import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeyServer, type KeyServer, NOWHERE } from '../support/key-server.js';

let server: KeyServer;
const secrets: string[] = [];
const answers: string[] = [];

/** Every way in which a key reaches the server, on every route, good and bad. */
beforeAll(async () => {
  server = await createKeyServer();
  const good = (
    await server.issue({ userId: server.ada.id, scopes: ['introspect', 'keystamp:read'] })
  ).apiKey;
  const { revoked } = await server.refusedKeys();
  secrets.push(good, revoked);
  const routes = server.app.routeTable.filter(({ url }) => !url.startsWith('/docs/'));
  for (const key of secrets) for (const route of routes) await callAllWays(route, key);
  answers.push((await server.app.inject({ url: '/metrics' })).body);
  await server.keystamp.flush();
});
afterAll(() => server.close());

async function callAllWays({ method, url }: { method: string; url: string }, key: string) {
  const path = url.replace(':id', NOWHERE);
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const requests = [
    { headers: { 'x-api-key': key } },
    { headers: { authorization: `Bearer ${key}` } },
    { headers: { authorization: `Basic ${Buffer.from(`gateway:${key}`).toString('base64')}` } },
    { headers: { 'x-api-key': key, authorization: `Bearer ${secrets[0]}x` } },
    { url: `${path}?api_key=${key}` },
    { url: `${path}?q=${key}` },
    { url: `${path}/${key}` },
    { payload: `token=${key}&token=${key}`, headers: form },
    { payload: `client_id=x&client_secret=${key}&token=x`, headers: form },
    { payload: `{"name": "${key}"`, headers: { 'content-type': 'application/json' } },
    { payload: { name: key, user_id: key, [key]: key }, cookie: server.ada.cookie },
  ];
  for (const request of requests) {
    const answer = await server.ask({ method: method as 'GET', url: path, ...request });
    answers.push(JSON.stringify(answer.headers) + answer.body);
  }
}

/** What gives a key away: its secret part in either of two halves, and its hash in any notation. */
function tracesOf(key: string): string[] {
  const hash = createHash('sha256').update(key);
  const digest = hash.digest();
  const secret = key.split('_')[1] as string;
  return [
    secret.slice(6, 30),
    secret.slice(25),
    digest.toString('hex'),
    digest.toString('base64').slice(0, 40),
    digest.toString('base64url').slice(0, 40),
  ];
}

function expectNoTrace(texts: readonly string[]): void {
  const all = texts.join('\n');
  for (const key of secrets) {
    for (const trace of tracesOf(key)) expect(all.includes(trace)).toBe(false);
  }
}

describe('K1: a key is shown once', () => {
  it('no line of the log, at any level, holds a key or its hash', () => {
    expect(server.logged.length).toBeGreaterThan(100);
    expectNoTrace(server.logged);
  });

  it('and none needed the last net that blots keys out', () => {
    expect(server.logged.join('')).not.toContain('[key]');
  });

  it('no answer repeats a key, errors and metrics included', () => {
    expect(answers.length).toBeGreaterThan(500);
    expectNoTrace(answers);
  });

  it('the database holds the hash alone', async () => {
    const { key, apiKey } = await server.issue();
    const text =
      'select to_jsonb(k)::text as row, k.key_hash as hash from keystamp.api_keys k where id = $1';
    const { rows } = await server.ground.database.query<{ row: string; hash: Buffer }>(text, [
      key.id,
    ]);
    const [secret, rest] = tracesOf(apiKey);
    expect(rows[0]?.row.includes(secret as string)).toBe(false);
    expect(rows[0]?.row.includes(rest as string)).toBe(false);
    expect(rows[0]?.hash.equals(createHash('sha256').update(apiKey).digest())).toBe(true);
  });
});
