import { CLIENT_SECRET } from '@keystamp/testing/identity-provider';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ada, bob, createOidcServer, locationOf, type OidcServer } from './oidc-server.js';

let server: OidcServer;
const secrets = new Set<string>([CLIENT_SECRET]);
const locations: string[] = [];

/** A sign-in that succeeds, and each kind that fails, with all that passed by. */
beforeAll(async () => {
  server = await createOidcServer();
  await server.addUser('ada');
  const { provider } = server;
  provider.inTheWay = (request) => {
    for (const [, value] of new URL(request.url ?? '', provider.issuer).searchParams) note(value);
    note(request.headers.authorization?.split(' ')[1]);
    return false;
  };
  const other = (name: string) => (url: URL) => url.searchParams.set(name, 'y'.repeat(43));
  const ways = [
    { person: ada },
    { person: bob },
    { person: null },
    { person: { ...ada, email_verified: false } },
    { person: ada, atProvider: other('nonce') },
    { person: ada, atProvider: other('code_challenge') },
    { person: ada, atCallback: other('code') },
    { person: ada, atCallback: other('state') },
    { person: ada, atCallback: (url: URL) => url.searchParams.delete('code') },
    { person: ada, atCallback: other('error') },
    { person: ada, atCallback: other('error_description') },
  ];
  for (const { person, ...steps } of ways) {
    const browser = server.newBrowser();
    const answer = await server.signInAs(person, {
      ...steps,
      browser,
      atCallback: (url) => {
        steps.atCallback?.(url);
        for (const [name, value] of url.searchParams) if (name !== 'iss') note(value);
        for (const value of browser.cookies.values()) note(value);
      },
    });
    locations.push(locationOf(answer));
    for (const { value } of answer.cookies) note(value);
  }
});
afterAll(() => server.close());

/** Long values alone are secrets: `code`, `S256` and the like are words of the protocol. */
function note(value: string | undefined): void {
  if (value !== undefined && /^[\w-]{43,}$/.test(value)) secrets.add(value);
}

it('no line of the log, at any level, holds a code, a state, a token or a secret', () => {
  expect(secrets.size).toBeGreaterThan(30);
  const log = server.logged.join('');
  expect(log).toContain('"route":"/api/auth/oidc/callback"');
  expect(log.match(/OpenID Connect failed/g)?.length).toBeGreaterThan(4);
  for (const secret of secrets) expect(log).not.toContain(secret);
  expect(log).not.toContain('ada@example.com');
});

it('no address that the browser is left at holds one', () => {
  expect(locations).toHaveLength(11);
  for (const secret of secrets) expect(locations.join('\n')).not.toContain(secret);
});
