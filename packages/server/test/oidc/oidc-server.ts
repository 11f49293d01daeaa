import {
  type IdentityProvider,
  type IdentityProviderOptions,
  type Person,
  startIdentityProvider,
} from '@keystamp/testing/identity-provider';
import type { LightMyRequestResponse } from 'fastify';
import { type Browser, createBrowser } from '../support/browser.js';
import { createTestServer, type TestServer } from '../support/test-server.js';

export const PUBLIC_URL = 'http://localhost:4747';

export const ada: Person = { sub: 'a-1', email: 'ada@example.com', email_verified: true };
export const bob: Person = { sub: 'b-2', email: 'bob@example.com', email_verified: true };

/** The test server beside a real provider of OpenID Connect, which is its own. */
export interface OidcServer extends TestServer {
  readonly provider: IdentityProvider;
  newBrowser(): Browser;
  /** Begins to sign in; the address at the provider. */
  begin(browser: Browser, query?: string): Promise<URL>;
  /** All of it: the last answer of Keystamp. A change of the address at the provider is what an attacker does. */
  signInAs(person: Person | null, how?: SignInSteps): Promise<LightMyRequestResponse>;
  /** How many users there are, and how many sessions. */
  count(): Promise<{ users: number; sessions: number }>;
}

interface SignInSteps {
  readonly browser?: Browser;
  readonly query?: string;
  readonly atProvider?: (url: URL) => void;
  readonly atCallback?: (url: URL) => void;
}

export interface OidcServerOptions extends Partial<IdentityProviderOptions> {
  readonly publicUrl?: string;
  /** What Keystamp takes for the secret of the client. Default: what it is. */
  readonly clientSecret?: string;
}

export async function createOidcServer(options: OidcServerOptions = {}): Promise<OidcServer> {
  const { publicUrl = PUBLIC_URL, clientSecret, ...ofProvider } = options;
  const provider = await startIdentityProvider({ redirectOrigins: [publicUrl], ...ofProvider });
  const server = await createTestServer({
    env: {
      ...provider.env,
      KEYSTAMP_PUBLIC_URL: publicUrl,
      ...(clientSecret === undefined ? {} : { KEYSTAMP_OIDC_CLIENT_SECRET: clientSecret }),
    },
  });
  const newBrowser = () => createBrowser(server.app);
  const begin: OidcServer['begin'] = async (browser, query = '') => {
    const answer = await browser.open(`/api/auth/oidc/start${query}`);
    return new URL(locationOf(answer));
  };
  return {
    ...server,
    provider,
    newBrowser,
    begin,
    signInAs: async (person, { browser = newBrowser(), query, atProvider, atCallback } = {}) => {
      provider.person = person;
      const url = await begin(browser, query);
      atProvider?.(url);
      const back = await browser.throughProvider(url.href);
      atCallback?.(back);
      return browser.open(`${back.pathname}${back.search}`);
    },
    count: async () => {
      const { rows } = await server.ground.database.query<{ users: number; sessions: number }>(
        `select (select count(*)::int from keystamp.users) as users,
           (select count(*)::int from keystamp.sessions) as sessions`,
      );
      return rows[0] as { users: number; sessions: number };
    },
    close: async () => {
      await server.close();
      await provider.stop();
    },
  };
}

export function locationOf(answer: LightMyRequestResponse): string {
  if (answer.statusCode !== 303) throw new Error(`${answer.statusCode}: ${answer.body}`);
  return String(answer.headers.location);
}

/** Where the sign-in form is, with the reason why it came to nothing. */
export function formWith(failure: string, publicUrl = PUBLIC_URL): string {
  return `${publicUrl}/sign-in?oidc=${failure}`;
}

/** The cookie of a session that an answer sets; null: none. */
export function sessionCookieOf(answer: LightMyRequestResponse): string | null {
  const found = answer.cookies.find(({ name, value }) => /keystamp$/.test(name) && value !== '');
  return found === undefined ? null : `${found.name}=${found.value}`;
}
