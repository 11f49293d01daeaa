import type { IssuedApiKey } from 'keystamp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Caches, type Guard, nginxCaches, openCaches, varnishCaches } from './caches.js';
import { isMissing } from './proxy.js';
import { pairsOf, send } from './send.js';

let caches: Caches;

const isAbsent = isMissing('nginx') || isMissing('varnishd');
const X_API_KEY = ({ apiKey }: IssuedApiKey) => ['X-API-Key', apiKey];
const BEARER = ({ apiKey }: IssuedApiKey) => ['Authorization', `Bearer ${apiKey}`];

/** Who the answer is for: the user that the service heard of. Null: the service's answer did not come. */
async function answerFor(port: number, path: string, headers: string[] = []) {
  const { seen } = await send(port, { path, headers });
  return seen && (Object.fromEntries(pairsOf(seen.rawHeaders))['x-keystamp-user'] ?? null);
}

let paths = 0;

/** Somebody with a key asks; gives what somebody without one gets for the same path then. */
async function leakOf(port: number, headersOf: (key: IssuedApiKey) => string[]) {
  const path = `/orders/${++paths}`;
  const { ada } = caches.keys;
  expect(await answerFor(port, path, headersOf(ada))).toBe(ada.key.userId);
  return (await answerFor(port, path)) === null ? 'refused' : 'leaked';
}

describe.skipIf(isAbsent)('a cache in front of the proxy that asks Keystamp', () => {
  beforeAll(async () => {
    caches = await openCaches();
  });
  afterAll(() => caches?.close());

  type Keeping = keyof typeof nginxCaches;

  it.each<[Guard, Keeping, string]>([
    ['the example', 'at its defaults', 'refused'],
    ['the example without Cache-Control', 'at its defaults', 'leaked'],
    ['the example', 'that ignores Cache-Control', 'leaked'],
    ['the example', 'that passes by what has a key', 'refused'],
    ['the example without Cache-Control', 'that passes by what has a key', 'refused'],
  ])('%s, behind an nginx %s: who has no key is %s', async (guard, keeping, expected) => {
    const port = await caches.nginx(guard, nginxCaches[keeping]);
    expect([await leakOf(port, X_API_KEY), await leakOf(port, BEARER)]).toEqual([
      expected,
      expected,
    ]);
  });

  it.each<[Guard, Keeping, string, string]>([
    ['the example', 'at its defaults', 'refused', 'refused'],
    // Varnish itself passes by what has an Authorization, and knows nothing of X-API-Key.
    ['the example without Cache-Control', 'at its defaults', 'leaked', 'refused'],
    ['the example', 'that ignores Cache-Control', 'leaked', 'refused'],
    ['the example', 'that passes by what has a key', 'refused', 'refused'],
  ])(
    '%s, behind a Varnish %s: who has no key is %s (X-API-Key), %s (Bearer)',
    async (guard, keeping, plain, bearer) => {
      const port = await caches.varnish(guard, varnishCaches[keeping]);
      expect([await leakOf(port, X_API_KEY), await leakOf(port, BEARER)]).toEqual([plain, bearer]);
    },
  );

  it('a cache in the proxy that asks comes after the question, and gives one user’s answer to the next', async () => {
    const { guards, keys, service } = caches;
    const port = guards['a cache in the example'];
    expect(await answerFor(port, '/orders/kept', X_API_KEY(keys.ada))).toBe(keys.ada.key.userId);
    const before = service.reached.length;
    expect(await answerFor(port, '/orders/kept', X_API_KEY(keys.free))).toBe(keys.ada.key.userId);
    expect(service.reached.length).toBe(before);
    expect(await answerFor(port, '/orders/kept')).toBeNull();
    expect(await answerFor(port, '/orders/kept', X_API_KEY(keys.revoked))).toBeNull();
  });

  it('with the key in proxy_cache_key it gives each user their own, and asks about each request', async () => {
    const { guards, keys, service, server } = caches;
    const port = guards['a cache in the example, by key'];
    for (const by of [keys.ada, keys.free]) {
      expect(await answerFor(port, '/orders/kept', X_API_KEY(by))).toBe(by.key.userId);
    }
    const { apiKey, key } = await server.issue({ scopes: ['orders:read'] });
    expect(await answerFor(port, '/orders/kept', ['X-API-Key', apiKey])).toBe(key.userId);
    const before = service.reached.length;
    expect(await answerFor(port, '/orders/kept', ['X-API-Key', apiKey])).toBe(key.userId);
    await server.keystamp.revokeApiKey(key.id);
    expect(await answerFor(port, '/orders/kept', ['X-API-Key', apiKey])).toBeNull();
    expect(service.reached.length).toBe(before);
  });
});
