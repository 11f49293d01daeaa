import { holdsApiKey } from 'keystamp/shape';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeyServer, type KeyServer } from '../support/key-server.js';

let server: KeyServer;
let apiKey: string;
let keyId: string;

beforeAll(async () => {
  server = await createKeyServer();
  const issued = await server.issue();
  apiKey = issued.apiKey;
  keyId = issued.key.id;
});
afterAll(() => server.close());

describe('a key pasted into a text that is stored in clear', () => {
  it.each<
    [method: 'POST' | 'PATCH', url: () => string, field: string, payload: (key: string) => object]
  >([
    ['POST', () => '/api/api-keys', 'name', (key: string) => ({ name: `My ${key}` })],
    [
      'POST',
      () => '/api/api-keys',
      'scopes[1]',
      (key: string) => ({ name: 'x', scopes: ['a', key] }),
    ],
    ['POST', () => '/api/api-keys', 'user_id', (key: string) => ({ name: 'x', user_id: key })],
    ['PATCH', () => `/api/api-keys/${keyId}`, 'name', (key: string) => ({ name: `${key}!` })],
    ['PATCH', () => `/api/api-keys/${keyId}`, 'scopes[0]', (key: string) => ({ scopes: [key] })],
    ...(['POST', 'PATCH'] as const).flatMap((method) => {
      const url = () => (method === 'POST' ? '/api/api-keys' : `/api/api-keys/${keyId}`);
      const named = method === 'POST' ? { name: 'x' } : {};
      return [
        [method, url, 'note', (key: string) => ({ ...named, note: `It is\n${key}` })],
        [method, url, 'metadata.old', (key: string) => ({ ...named, metadata: { old: key } })],
      ] as [typeof method, () => string, string, (key: string) => object][];
    }),
    ['POST', () => '/api/users', 'name', (key: string) => ({ email: 'x@example.com', name: key })],
    ['POST', () => '/api/users', 'email', (key: string) => ({ email: `${key}@example.com` })],
    ['PATCH', () => `/api/users/${server.bob.id}`, 'name', (key: string) => ({ name: key })],
    [
      'PATCH',
      () => `/api/users/${server.bob.id}`,
      'name',
      (key: string) => ({ name: key.slice(0, -8) }),
    ],
  ])('400: %s %s, %s', async (method, url, field, payload) => {
    const cookie = server.ada.cookie;
    const answer = await server.ask({ method, url: url(), payload: payload(apiKey), cookie });
    expect(answer.statusCode).toBe(400);
    expect(answer.json().errors).toEqual([
      { field, message: expect.stringContaining('not an API key') },
    ]);
    expect(answer.body).not.toContain(apiKey);
  });
});

it('400: a key as a name in metadata is not repeated either', async () => {
  const url = `/api/api-keys/${keyId}`;
  const payload = { metadata: { [apiKey]: 'x' } };
  const answer = await server.ask({ method: 'PATCH', url, payload, cookie: server.ada.cookie });
  expect([answer.statusCode, answer.json().errors[0].field]).toEqual([400, 'metadata']);
  expect(answer.body).not.toContain(apiKey);
});

describe('a key in a search', () => {
  const SEARCHES: [string, (key: string) => string][] = [
    ['with a wrong checksum', (key) => key.replace(/.$/, (last) => (last === '0' ? '1' : '0'))],
    ['one character short', (key) => key.slice(0, -1)],
    ['of an unknown label', (key) => key.replace('ks_', 'acme_')],
    ['with its label in capitals', (key) => key.replace('ks_', 'KS_')],
  ];

  it.each(
    ['/api/api-keys', '/api/users'].flatMap((url) =>
      SEARCHES.map(([what, text]) => [url, what, text] as const),
    ),
  )('400: %s, %s; neither the answer nor the log holds it', async (url, _what, text) => {
    const q = text(apiKey);
    const query = new URLSearchParams({ q });
    const answer = await server.ask({ url: `${url}?${query}`, cookie: server.ada.cookie });
    expect([answer.statusCode, answer.json().errors]).toEqual([
      400,
      [{ field: 'q', message: 'expected a text, not an API key' }],
    ]);
    const secret = q.slice(q.indexOf('_') + 1, -8);
    expect(answer.body).not.toContain(secret);
    expect(server.logged.join('')).not.toContain(secret);
  });

  it.each(['/api/api-keys', '/api/users'])('400: %s, a whole one', async (url) => {
    const answer = await server.ask({ url: `${url}?q=${apiKey}`, cookie: server.ada.cookie });
    expect(answer.statusCode).toBe(400);
    expect(server.logged.join('')).not.toContain(apiKey.slice(10));
  });
});

describe('a whole key in a text', () => {
  it.each([
    ['alone', (key: string) => key],
    ['after a letter', (key: string) => `a${key}`],
    ['after letters and digits', (key: string) => `mykey1${key}`],
    ['after more letters than a label has', (key: string) => `${'a'.repeat(40)}${key}`],
    ['after a label of another', (key: string) => `ks_${key}`],
    ['before a letter', (key: string) => `${key}x`],
    ['between two that are none', (key: string) => `ks_${'0'.repeat(49)} ${key} ks_`],
  ])('is found %s', (_name, text) => {
    expect(holdsApiKey(text(apiKey))).toBe(true);
  });

  it.each([
    [
      'a changed character',
      (key: string) => key.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
    ],
    ['the end cut off', (key: string) => key.slice(0, -1)],
    ['no label', (key: string) => key.slice(2)],
    ['many underscores', () => '_'.repeat(5_000)],
  ])('is none with %s', (_name, text) => {
    expect(holdsApiKey(text(apiKey))).toBe(false);
  });
});
