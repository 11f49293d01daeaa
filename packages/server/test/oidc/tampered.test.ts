import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MAX_BEGUN } from '../../src/auth/oidc/pending-sign-in.js';
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
const other = 'x'.repeat(43);
const expired = formWith('expired');

beforeAll(async () => {
  server = await createOidcServer();
  await server.addUser('ada');
});
beforeEach(async () => {
  await server.ground.database.query('delete from keystamp.oidc_sign_ins');
});
afterAll(() => server.close());

/** Goes as far as the provider's answer; the path that the browser is then sent to. */
async function comeBack(browser = server.newBrowser()): Promise<string> {
  server.provider.person = ada;
  const back = await browser.throughProvider((await server.begin(browser)).href);
  return `${back.pathname}${back.search}`;
}

describe('what was changed on the way is refused', () => {
  it.each(['nonce', 'code_challenge'])('the %s at the provider', async (name) => {
    const answer = await server.signInAs(ada, {
      atProvider: (url) => url.searchParams.set(name, other),
    });
    expect(locationOf(answer)).toBe(formWith('failed'));
    expect(sessionCookieOf(answer)).toBeNull();
  });

  it.each([
    ['another state', (url: URL) => url.searchParams.set('state', other), 'expired'],
    ['no state', (url: URL) => url.searchParams.delete('state'), 'expired'],
    ['two states', (url: URL) => url.searchParams.append('state', other), 'expired'],
    ['another code', (url: URL) => url.searchParams.set('code', other), 'failed'],
    ['no code', (url: URL) => url.searchParams.delete('code'), 'failed'],
    ['another issuer', (url: URL) => url.searchParams.set('iss', 'https://b.example'), 'failed'],
    ['two codes', (url: URL) => url.searchParams.append('code', other), 'failed'],
  ])('%s in the callback', async (_name, atCallback, failure) => {
    const answer = await server.signInAs(ada, { atCallback });
    expect(locationOf(answer)).toBe(formWith(failure));
    expect(sessionCookieOf(answer)).toBeNull();
  });

  it('an ID token that the keys of the provider have not signed', async () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const foreign = { ...publicKey.export({ format: 'jwk' }), kid: 'first', use: 'sig' };
    const fooled = await createOidcServer();
    try {
      await fooled.addUser('ada');
      fooled.provider.inTheWay = (request, response) => {
        if (request.url !== '/jwks') return false;
        response.setHeader('content-type', 'application/jwk-set+json');
        response.end(JSON.stringify({ keys: [foreign] }));
        return true;
      };
      expect(locationOf(await fooled.signInAs(ada))).toBe(formWith('failed'));
      fooled.provider.inTheWay = null;
      expect(locationOf(await fooled.signInAs(ada))).toBe(`${PUBLIC_URL}/`);
    } finally {
      await fooled.close();
    }
  });
});

describe('an answer of the provider', () => {
  it('is good once: the same address again signs nobody in', async () => {
    const browser = server.newBrowser();
    server.provider.person = ada;
    // A sign-in that failed keeps the cookie, so that the state alone decides.
    const path = (await comeBack(browser)).replace(/code=[^&]+/, `code=${other}`);
    expect(locationOf(await browser.open(path))).toBe(formWith('failed'));
    expect(locationOf(await browser.open(path))).toBe(expired);
  });

  it('is good once, also when it comes twice at the same moment', async () => {
    const browser = server.newBrowser();
    const path = await comeBack(browser);
    const answers = await Promise.all([browser.open(path), browser.open(path)]);
    expect(answers.map(locationOf).sort()).toEqual([`${PUBLIC_URL}/`, expired]);
  });

  it('is worth nothing in another browser: nobody is signed in by the link of another', async () => {
    const path = await comeBack();
    for (const victim of [server.newBrowser(), server.newBrowser()]) {
      await victim.open('/api/auth/methods');
      const answer = await victim.open(path);
      expect(locationOf(answer)).toBe(expired);
      expect(sessionCookieOf(answer)).toBeNull();
    }
    const begun = server.newBrowser();
    await server.begin(begun);
    expect(locationOf(await begun.open(path))).toBe(expired);
  });

  it.each([
    ['9 minutes 59 seconds', `${PUBLIC_URL}/`],
    ['10 minutes 1 second', expired],
  ])('after %s', async (age, location) => {
    const browser = server.newBrowser();
    const path = await comeBack(browser);
    await server.ground.database.query(
      `update keystamp.oidc_sign_ins set begun_at = now() - $1::interval`,
      [age],
    );
    expect(locationOf(await browser.open(path))).toBe(location);
  });

  it('is taken by GET alone: who only looks spends nothing', async () => {
    const browser = server.newBrowser();
    const path = await comeBack(browser);
    const head = await server.app.inject({ method: 'HEAD', url: path });
    expect(head.statusCode).toBe(405);
    expect(locationOf(await browser.open(path))).toBe(`${PUBLIC_URL}/`);
  });
});

describe('to begin', () => {
  const start = '/api/auth/oidc/start';

  it('is for people: as an image, in a frame or by a script it is refused', async () => {
    const ask = (destination: string) =>
      server.app.inject({ url: start, headers: { 'sec-fetch-dest': destination } });
    for (const destination of ['image', 'iframe', 'empty']) {
      const answer = await ask(destination);
      expect(answer.statusCode).toBe(403);
      expect(answer.cookies).toEqual([]);
    }
    expect((await ask('document')).statusCode).toBe(303);
  });

  it('leaves a session alone that goes on meanwhile', async () => {
    const cookie = await server.signIn('ada');
    const answer = await server.app.inject({ url: start, headers: { cookie } });
    expect(sessionCookieOf(answer)).toBeNull();
    expect((await server.send({ url: '/api/auth/me', cookie })).statusCode).toBe(200);
  });

  it('does not take over a cookie that is none of ours', async () => {
    const cookie = 'keystamp-oidc=chosen-by-somebody';
    const answer = await server.app.inject({ url: start, headers: { cookie } });
    expect(answer.cookies[0]?.value).toMatch(/^[\w-]{43}$/);
  });

  it('is bounded for each network, and a success does not count', async () => {
    const begin = (remoteAddress: string) => server.app.inject({ url: start, remoteAddress });
    await server.signInAs(ada);
    for (let i = 0; i < MAX_BEGUN; i++) {
      expect(new URL(locationOf(await begin('127.0.0.1'))).origin).toBe(server.provider.issuer);
    }
    expect(locationOf(await begin('127.0.0.1'))).toBe(formWith('too_many'));
    expect(new URL(locationOf(await begin('192.0.2.2'))).origin).toBe(server.provider.issuer);
    const { database } = server.ground;
    await database.query(
      `update keystamp.oidc_sign_ins set begun_at = begun_at - interval '11 minutes'`,
    );
    expect(new URL(locationOf(await begin('127.0.0.1'))).origin).toBe(server.provider.issuer);
    await begin('127.0.0.1');
    const { rows } = await database.query('select from keystamp.oidc_sign_ins');
    expect(rows.length).toBeLessThan(5);
  });
});
