import { afterAll, beforeAll, expect, it } from 'vitest';
import { safeNextPath } from '../../src/contract/next-path.js';
import { ada, createOidcServer, locationOf, type OidcServer, PUBLIC_URL } from './oidc-server.js';

let server: OidcServer;

beforeAll(async () => {
  server = await createOidcServer();
  await server.addUser('ada');
});
afterAll(() => server.close());

const endOf = async (query: string) => locationOf(await server.signInAs(ada, { query }));

it.each(['/users', '/?user=ada&q=a%26b', '/account'])('%s is where it goes on', async (next) => {
  expect(await endOf(`?next=${encodeURIComponent(next)}`)).toBe(`${PUBLIC_URL}${next}`);
});

const ASTRAY = [
  'https://example.org/',
  '//example.org/',
  '///example.org/',
  '/\\example.org/',
  '\\/example.org',
  '/\t/example.org',
  '/.//example.org',
  'javascript:alert(1)',
  'users',
  '/sign-in?next=/users',
  '/api/auth/oidc/start',
  '/api',
  '',
  `${PUBLIC_URL}/users`,
];

it.each(ASTRAY)('%j leads to the start', async (next) => {
  expect(safeNextPath(next)).toBe('/');
  expect(await endOf(`?next=${encodeURIComponent(next)}`)).toBe(`${PUBLIC_URL}/`);
});

it.each([
  ['of two the first counts', '?next=%2Fusers&next=%2F%2Fexample.org'],
  ['one between strangers', '?utm=1&next=%2Fusers&next[]=a'],
])('%s', async (_name, query) => {
  expect(await endOf(query)).toBe(`${PUBLIC_URL}/users`);
});

it('a line break makes no header', async () => {
  expect(await endOf('?next=%2Fusers%0d%0aset-cookie:%20a=b')).toBe(
    `${PUBLIC_URL}/usersset-cookie:%20a=b`,
  );
});

it('the callback takes none', async () => {
  const atCallback = (url: URL) => url.searchParams.set('next', '/users');
  expect(locationOf(await server.signInAs(ada, { atCallback }))).toBe(`${PUBLIC_URL}/`);
});
