import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MAX_BEGUN } from '../../src/auth/oidc/pending-sign-in.js';
import { openProvider } from '../../src/auth/oidc/provider.js';
import { newSignInSecrets } from '../../src/auth/oidc/sign-in-secrets.js';
import { PASSWORD } from '../support/test-server.js';
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
  await server.addUser('ada');
  await server.provider.stop();
});
beforeEach(async () => {
  server.context.oidc?.forget();
  server.provider.inTheWay = null;
});
afterAll(() => server.close());

const start = async () => locationOf(await server.newBrowser().open('/api/auth/oidc/start'));

describe('a provider that is away', () => {
  it('since before the start: the server is up, and says so when it is tried', async () => {
    expect(server.provider.asked).toEqual([]);
    expect((await server.app.inject({ url: '/readyz' })).statusCode).toBe(200);
    expect(await server.signIn('ada', PASSWORD)).toMatch(/^keystamp=/);
    expect(await start()).toBe(formWith('unavailable'));
    const line = server.logged.find((each) => each.includes('OpenID Connect failed'));
    expect(JSON.parse(line ?? '')).toMatchObject({
      level: 'warn',
      err: { cause: { code: 'ECONNREFUSED' } },
    });
  });

  it('is asked again the next time, and signs in once it is there', async () => {
    await server.provider.start();
    expect(locationOf(await server.signInAs(ada))).toBe(`${PUBLIC_URL}/`);
  });

  it('is asked for what it can do once, by all who sign in', async () => {
    server.provider.asked.length = 0;
    await Promise.all([start(), start(), start()]);
    await start();
    expect(server.provider.asked).toEqual(['/.well-known/openid-configuration']);
  });

  it('is asked again after a minute: it may have gone away meanwhile', async () => {
    const settings = server.context.config.oidc;
    if (settings === null) throw new Error('no provider is configured');
    let now = 0;
    const provider = openProvider(settings, { now: () => now, offsetMs: () => 0 });
    const ask = () => provider.authorizationUrl(newSignInSecrets('of a browser'));
    await ask();
    server.provider.asked.length = 0;
    now = 59_999;
    await ask();
    expect(server.provider.asked).toEqual([]);
    await server.provider.stop();
    now = 60_000;
    await expect(ask()).rejects.toThrow('fetch failed');
    await server.provider.start();
    await ask();
    expect(server.provider.asked).toEqual(['/.well-known/openid-configuration']);
  });

  it('is tried as often as a network may begin, and no more', async () => {
    await server.provider.stop();
    for (let i = 0; i < MAX_BEGUN; i++) await start();
    const lines = server.logged.length;
    expect(await start()).toBe(formWith('too_many'));
    expect(server.logged.slice(lines).join('')).not.toContain('OpenID Connect failed');
    await server.ground.database.query('delete from keystamp.oidc_sign_ins');
    await server.provider.start();
  });

  it('while the browser is there: the callback says so', async () => {
    const browser = server.newBrowser();
    server.provider.person = ada;
    const back = await browser.throughProvider((await server.begin(browser)).href);
    await server.provider.stop();
    const answer = await browser.open(`${back.pathname}${back.search}`);
    expect(locationOf(answer)).toBe(formWith('unavailable'));
    expect(sessionCookieOf(answer)).toBeNull();
    await server.provider.start();
  });
});

describe('a provider that answers otherwise', () => {
  const answerWith = (path: string, status: number, body: string, type = 'application/json') => {
    server.provider.inTheWay = (request, response) => {
      if (request.url !== path) return false;
      response.writeHead(status, { 'content-type': type }).end(body);
      return true;
    };
  };
  const metadata = '/.well-known/openid-configuration';

  it('a bare token in place of JSON is not repeated in the log', async () => {
    answerWith('/token', 200, 'sk-live-token-of-somebody');
    const from = server.logged.length;
    expect(locationOf(await server.signInAs(ada))).toBe(formWith('failed'));
    const log = server.logged.slice(from).join('');
    expect(log).toContain('the provider did not answer with JSON');
    expect(log).not.toContain('sk-live');
  });

  it.each([
    ['503', 503, 'away', 'text/plain', 'unavailable'],
    ['404', 404, '{}', undefined, 'failed'],
    ['a page', 200, '<html>', 'text/html', 'failed'],
    ['the metadata of another', 200, '{"issuer":"https://b.example"}', undefined, 'other_issuer'],
  ])('to discovery: %s', async (_name, status, body, type, failure) => {
    answerWith(metadata, status, body, type);
    expect(await start()).toBe(formWith(failure));
  });

  it.each([
    ['502', 502, 'away', 'unavailable'],
    ['an error', 401, '{"error":"invalid_client"}', 'failed'],
    ['no ID token', 200, '{"access_token":"a","token_type":"bearer"}', 'failed'],
    ['nothing of use', 200, '[]', 'failed'],
  ])('to the code: %s', async (_name, status, body, failure) => {
    answerWith('/token', status, body);
    expect(locationOf(await server.signInAs(ada))).toBe(formWith(failure));
  });

  it('and the log has the error code that it sent', async () => {
    answerWith('/token', 401, '{"error":"invalid_client"}');
    await server.signInAs(ada);
    const line = server.logged.filter((each) => each.includes('OpenID Connect failed')).at(-1);
    expect(JSON.parse(line ?? '')).toMatchObject({ providerError: 'invalid_client' });
  });

  it.each([
    ['server_error', 'unavailable'],
    ['temporarily_unavailable', 'unavailable'],
    ['invalid_scope', 'failed'],
    ['<script>alert(1)</script>', 'failed'],
  ])('to the browser: error=%s', async (error, failure) => {
    const atCallback = (url: URL) => {
      url.searchParams.delete('code');
      url.searchParams.set('error', error);
    };
    expect(locationOf(await server.signInAs(ada, { atCallback }))).toBe(formWith(failure));
    expect(server.logged.join('')).not.toContain('<script>');
  });
});

describe('a wrong client secret', () => {
  let misled: OidcServer;
  beforeAll(async () => {
    misled = await createOidcServer({ clientSecret: 'not-the-one-of-the-client' });
  });
  afterAll(() => misled.close());

  it.each([
    ['as the provider says it', undefined],
    ['by the status and a challenge of Basic alone', 'Basic realm="keys"'],
  ])('is named in the log: %s', async (_name, challenge) => {
    misled.provider.inTheWay = (request, response) => {
      if (request.url !== '/token' || challenge === undefined) return false;
      response.writeHead(401, { 'www-authenticate': challenge }).end();
      return true;
    };
    misled.logged.length = 0;
    expect(locationOf(await misled.signInAs(ada))).toBe(formWith('failed'));
    const line = misled.logged.find((each) => each.includes('OpenID Connect failed'));
    expect(JSON.parse(line ?? '')).toMatchObject({ providerError: 'invalid_client' });
    expect(misled.logged.join('')).not.toContain('not-the-one-of-the-client');
  });
});

it('a database that is away is told on the form, not as JSON', async () => {
  const broken = await createOidcServer();
  try {
    await broken.ground.database.query('alter table keystamp.oidc_sign_ins rename to gone');
    const { database } = broken.ground;
    await database.query(
      `create function keystamp.away() returns trigger language plpgsql as
         $$ begin raise exception 'stopping' using errcode = '57P01'; end $$`,
    );
    await database.query('create table keystamp.oidc_sign_ins (like keystamp.gone including all)');
    await database.query(
      `create trigger away before insert on keystamp.oidc_sign_ins
         for each statement execute function keystamp.away()`,
    );
    const answer = await broken.newBrowser().open('/api/auth/oidc/start');
    expect(locationOf(answer)).toBe(formWith('outage'));
  } finally {
    await broken.close();
  }
});
