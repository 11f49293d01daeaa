import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestServer } from '../support/test-server.js';
import {
  ada,
  createOidcServer,
  formWith,
  locationOf,
  type OidcServer,
  PUBLIC_URL,
  sessionCookieOf,
} from './oidc-server.js';

let server: OidcServer;

beforeAll(async () => {
  server = await createOidcServer();
  await server.addUser('ada', { isAdmin: true });
});
afterAll(() => server.close());

async function whoIs(cookie: string | null): Promise<string | null> {
  const answer = await server.send({ url: '/api/auth/me', cookie: cookie ?? '' });
  return answer.statusCode === 200 ? answer.json().user.email : null;
}

describe('GET /api/auth/methods', () => {
  it('200: names the host of the provider', async () => {
    const answer = await server.app.inject({ url: '/api/auth/methods' });
    expect(answer.json()).toEqual({
      oidc_host: new URL(server.provider.issuer).host,
      oidc_other_issuer: null,
    });
  });

  it('200: names none where none is configured, and there is nothing to begin', async () => {
    const plain = await createTestServer();
    try {
      const answer = await plain.app.inject({ url: '/api/auth/methods' });
      expect(answer.json()).toEqual({ oidc_host: null, oidc_other_issuer: null });
      expect((await plain.app.inject({ url: '/api/auth/oidc/start' })).statusCode).toBe(404);
    } finally {
      await plain.close();
    }
  });
});

it('the API documents tell of both steps', async () => {
  const { paths } = (await server.app.inject({ url: '/openapi.json' })).json();
  for (const path of ['/api/auth/oidc/start', '/api/auth/oidc/callback']) {
    expect(Object.keys(paths[path].get.responses)).toContain('303');
    expect(paths[path].get.security).toEqual([]);
  }
});

describe('GET /api/auth/oidc/start', () => {
  it('303: leads to the provider with state, nonce and a challenge, stored nowhere on the way', async () => {
    const browser = server.newBrowser();
    const answer = await browser.open('/api/auth/oidc/start');
    const url = new URL(locationOf(answer));
    expect(url.origin).toBe(server.provider.issuer);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: 'keystamp',
      response_type: 'code',
      scope: 'openid email',
      redirect_uri: `${PUBLIC_URL}/api/auth/oidc/callback`,
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    });
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.headers['referrer-policy']).toBe('no-referrer');
    expect(answer.body).toBe('');
  });

  it('keeps what it must know by hashes alone', async () => {
    const browser = server.newBrowser();
    const url = await server.begin(browser);
    const { rows } = await server.ground.database.query<{ row: string }>(
      'select to_jsonb(s)::text as row from keystamp.oidc_sign_ins s',
    );
    const stored = rows.map(({ row }) => row).join('\n');
    const secrets = ['state', 'nonce'].map((name) => url.searchParams.get(name) as string);
    for (const secret of [...secrets, ...browser.cookies.values()]) {
      expect(stored).not.toContain(secret);
      expect(stored).not.toContain(Buffer.from(secret).toString('hex'));
      expect(stored).not.toContain(Buffer.from(secret, 'base64url').toString('hex'));
    }
  });
});

describe('GET /api/auth/oidc/callback', () => {
  it('303: signs in, and leads to where one was', async () => {
    const answer = await server.signInAs(ada, { query: '?next=%2Fusers%3Fq%3Dbob' });
    expect(locationOf(answer)).toBe(`${PUBLIC_URL}/users?q=bob`);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.headers['referrer-policy']).toBe('no-referrer');
    expect(await whoIs(sessionCookieOf(answer))).toBe('ada@example.com');
  });

  it('begins a session as one by password is', async () => {
    const answer = await server.signInAs(ada);
    expect(answer.cookies[0]).toMatchObject({
      name: 'keystamp',
      httpOnly: true,
      sameSite: 'Lax',
      path: '/',
      maxAge: 7 * 24 * 60 * 60,
    });
  });

  it('gives a fresh session each time and ends the one that came along', async () => {
    const browser = server.newBrowser();
    const first = sessionCookieOf(await server.signInAs(ada, { browser }));
    const second = sessionCookieOf(await server.signInAs(ada, { browser }));
    expect(second).not.toBe(first);
    expect(await whoIs(first)).toBeNull();
    expect(await whoIs(second)).toBe('ada@example.com');
  });

  it('writes an audit line, as a sign-in by password does', async () => {
    await server.signInAs(ada);
    const line = server.logged.filter((each) => each.includes('"msg":"signed in"')).at(-1);
    expect(JSON.parse(line ?? '')).toMatchObject({ audit: true, with: 'oidc', level: 'info' });
  });

  it('signs in from two tabs of one browser', async () => {
    const browser = server.newBrowser();
    server.provider.person = ada;
    const tabs = [await server.begin(browser), await server.begin(browser)];
    expect(tabs[0]?.searchParams.get('nonce')).not.toBe(tabs[1]?.searchParams.get('nonce'));
    for (const { href } of tabs) {
      const back = await browser.throughProvider(href);
      const answer = await browser.open(`${back.pathname}${back.search}`);
      expect(locationOf(answer)).toBe(`${PUBLIC_URL}/`);
    }
  });

  it('303: leads to the form where the person, or the provider, says no; next stays', async () => {
    const answer = await server.signInAs(null, { query: '?next=/users' });
    expect(locationOf(answer)).toBe(`${formWith('denied')}&next=%2Fusers`);
    expect(sessionCookieOf(answer)).toBeNull();
  });
});

describe('a provider of another kind', () => {
  it.each([
    ['tells the address at its userinfo endpoint alone', { emailInIdToken: false }],
    ['takes the client secret in the body alone', { clientAuthentication: 'client_secret_post' }],
  ] as const)('%s', async (_name, options) => {
    const other = await createOidcServer(options);
    try {
      await other.addUser('ada');
      let authorization: string | undefined;
      other.provider.inTheWay = (request) => {
        if (request.url === '/token') authorization = request.headers.authorization;
        return false;
      };
      expect(locationOf(await other.signInAs(ada))).toBe(`${PUBLIC_URL}/`);
      expect(authorization === undefined).toBe('clientAuthentication' in options);
      expect(other.provider.asked.includes('/me')).toBe('emailInIdToken' in options);
    } finally {
      await other.close();
    }
  });
});

describe('the cookies', () => {
  it.each([
    ['http://localhost:4747', 'keystamp-oidc', undefined],
    ['https://keys.example.com', '__Host-keystamp-oidc', true],
  ])('at %s', async (publicUrl, name, secure) => {
    const at = await createOidcServer({ publicUrl });
    try {
      await at.addUser('ada');
      const begun = await at.app.inject({ url: '/api/auth/oidc/start' });
      const [cookie] = begun.cookies;
      expect(cookie).toMatchObject({ name, httpOnly: true, sameSite: 'Lax', path: '/' });
      expect(cookie?.maxAge).toBe(600);
      expect(cookie?.['secure']).toBe(secure);
      expect(cookie).not.toHaveProperty('domain');
      const answer = await at.signInAs(ada);
      expect(locationOf(answer)).toBe(`${publicUrl}/`);
      expect(answer.cookies[0]?.['secure']).toBe(secure);
    } finally {
      await at.close();
    }
  });
});
