import { afterAll, beforeAll, expect, it } from 'vitest';
import { ada, createOidcServer, formWith, locationOf, type OidcServer } from './oidc-server.js';

const PUBLIC_URL = 'https://example.com/keys';

let server: OidcServer;

beforeAll(async () => {
  server = await createOidcServer({ publicUrl: `${PUBLIC_URL}/`, redirectOrigins: [PUBLIC_URL] });
  await server.addUser('ada');
});
afterAll(() => server.close());

it('the provider sends people back below the path', async () => {
  const answer = await server.newBrowser().open('/keys/api/auth/oidc/start');
  const redirectUri = new URL(locationOf(answer)).searchParams.get('redirect_uri');
  expect(redirectUri).toBe(`${PUBLIC_URL}/api/auth/oidc/callback`);
  expect(answer.cookies).toEqual([
    expect.objectContaining({ name: '__Secure-keystamp-oidc', path: '/keys/', secure: true }),
  ]);
});

it('signs in with a session below the path, and goes on there', async () => {
  const answer = await server.signInAs(ada, { query: '?next=%2Fusers%3Fq%3Da' });
  expect(locationOf(answer)).toBe(`${PUBLIC_URL}/users?q=a`);
  expect(answer.cookies).toContainEqual(
    expect.objectContaining({ name: '__Secure-keystamp', path: '/keys/', secure: true }),
  );
});

it.each(['/../other', '/%2e%2e/other', '/keys/../../other'])(
  '%s does not lead out of the path',
  async (next) => {
    const answer = await server.signInAs(ada, { query: `?next=${encodeURIComponent(next)}` });
    expect(locationOf(answer)).toBe(`${PUBLIC_URL}/other`);
  },
);

it('leads to the form below the path where it does not work', async () => {
  expect(locationOf(await server.signInAs(null))).toBe(formWith('denied', PUBLIC_URL));
});
