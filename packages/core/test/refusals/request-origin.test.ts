import { expect, it } from 'vitest';
import type { RequestOrigin } from '../../src/index.js';
import { generateApiKey } from '../../src/key-format/api-key.js';
import { keptOrigin } from '../../src/refusals/request-origin.js';

const { apiKey } = generateApiKey('ks');
const routeOf = (route: string) => keptOrigin({ route, address: null }).route;

it('keeps the route and the network, and nothing more', () => {
  const from = { route: 'GET /orders/:id', address: '192.0.2.7', cookie: 'secret' };
  expect(keptOrigin(from)).toEqual({ route: 'GET /orders/:id', network: '192.0.2.0/24' });
  expect(keptOrigin(undefined)).toEqual({ route: null, network: null });
});

it('cuts a route at its query and after 200 characters, and keeps it on one line', () => {
  expect(routeOf('GET /orders?token=secret')).toBe('GET /orders');
  expect(routeOf(`GET /${'x'.repeat(500)}`)).toBe(`GET /${'x'.repeat(195)}`);
  expect(routeOf('GET /a\n2026 made up\u202e')).toBe('GET /a\ufffd2026 made up\ufffd');
  expect(routeOf(`${'x'.repeat(199)}\u{1f600}`)).toBe(`${'x'.repeat(199)}\ufffd`);
  expect(routeOf(' ')).toBeNull();
});

it('K1: a route that may give a key away is not kept', () => {
  for (const text of [
    apiKey,
    apiKey.slice(0, -3),
    apiKey.slice(0, 'ks_'.length + 33),
    apiKey.replace('_', '%5F'),
    apiKey.replace('_', '%255F'),
    apiKey.replace('_', '%25255F'),
    apiKey.replace('_', `%${'25'.repeat(5_000)}5F`),
    apiKey.replace(/[a-z]/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
    // Cut off after 200 characters, its first half would be left.
    `${'x'.repeat(170)}/${apiKey}`,
  ]) {
    expect([text.length, routeOf(`GET /v1/${text}`)]).toEqual([text.length, null]);
  }
});

it('keeps a route as it is encoded, also where that is no encoding', () => {
  const id = 'job_b7a0c2f0000040008000000000000001';
  for (const route of [`GET /${id}`, 'GET /caf%C3%A9', 'GET /100%', 'GET /a%2520b', 'GET /%zz%']) {
    expect(routeOf(route)).toBe(route);
  }
});

it('a getter that throws, and a value of another type, are unknown', () => {
  const throwing: RequestOrigin = {
    get route(): string {
      throw new Error('gone');
    },
    get address(): string {
      throw new Error('gone');
    },
  };
  expect(keptOrigin(throwing)).toEqual({ route: null, network: null });
  const wrong = { route: 7, address: {} } as unknown as RequestOrigin;
  expect(keptOrigin(wrong)).toEqual({ route: null, network: null });
});
