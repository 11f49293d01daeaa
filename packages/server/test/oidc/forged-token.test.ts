import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { CLIENT_ID, CLIENT_SECRET } from '@keystamp/testing/identity-provider';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ada,
  createOidcServer,
  formWith,
  locationOf,
  type OidcServer,
  PUBLIC_URL,
  sessionCookieOf,
} from './oidc-server.js';

type Claims = Record<string, unknown>;
/** The signature of a text, without which the last part of a token is empty. */
type Signer = (text: string) => Buffer;

interface Token {
  readonly header: Claims;
  readonly claims: Claims;
  readonly signer: Signer;
}

const published = generateKeyPairSync('rsa', { modulusLength: 2048 });
const secret = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = published.publicKey.export({ format: 'pem', type: 'spki' });

const rsa =
  (key: KeyObject, hash = 'sha256'): Signer =>
  (text) =>
    sign(hash, Buffer.from(text), key);
const hmac =
  (key: string | Buffer): Signer =>
  (text) =>
    createHmac('sha256', key).update(text).digest();
const unsigned: Signer = () => Buffer.alloc(0);

const part = (value: Claims) => Buffer.from(JSON.stringify(value)).toString('base64url');
function written({ header, claims, signer }: Token): string {
  const text = `${part(header)}.${part(claims)}`;
  return `${text}.${signer(text).toString('base64url')}`;
}

/** A provider whose token endpoint answers what the test makes of a right token. */
let server: OidcServer;
let make: (right: Token) => Token;
let nonce = '';

beforeAll(async () => {
  server = await createOidcServer();
  await server.addUser('ada');
  const answer = (response: ServerResponse, body: object) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(body));
    return true;
  };
  const jwk = { ...published.publicKey.export({ format: 'jwk' }), kid: 'a', use: 'sig' };
  server.provider.inTheWay = ({ url }, response) => {
    if (url === '/jwks') return answer(response, { keys: [jwk] });
    if (url === '/me') return answer(response, ada);
    if (url !== '/token') return false;
    const common = { access_token: 'a-token', token_type: 'Bearer', expires_in: 600 };
    return answer(response, { ...common, id_token: written(make(right())) });
  };
});
afterAll(() => server.close());

function right(): Token {
  const now = Math.floor(Date.now() / 1000);
  const times = { iat: now, exp: now + 300 };
  return {
    header: { alg: 'RS256', kid: 'a', typ: 'JWT' },
    claims: { iss: server.provider.issuer, aud: CLIENT_ID, nonce, ...ada, ...times },
    signer: rsa(published.privateKey),
  };
}

async function signIn(change: (right: Token) => Token) {
  make = change;
  const answer = await server.signInAs(ada, {
    atProvider: (url) => {
      nonce = url.searchParams.get('nonce') ?? '';
    },
  });
  return { location: locationOf(answer), cookie: sessionCookieOf(answer) };
}

const claims = (changed: Claims) => (token: Token) => ({
  ...token,
  claims: { ...token.claims, ...changed },
});
const signed = (alg: unknown, signer: Signer) => (token: Token) => ({
  ...token,
  header: { ...token.header, alg },
  signer,
});

describe('an ID token that is right', () => {
  it.each([
    ['for this client', claims({})],
    ['for a list with this client alone', claims({ aud: [CLIENT_ID] })],
    ['for several, and given to this client', claims({ aud: [CLIENT_ID, 'b'], azp: CLIENT_ID })],
  ])('%s signs in', async (_what, change) => {
    const { location, cookie } = await signIn(change);
    expect([location, cookie]).toEqual([`${PUBLIC_URL}/`, expect.any(String)]);
  });
});

const HOUR = 3_600;
const now = Math.floor(Date.now() / 1000);

describe('an ID token that is wrong signs nobody in', () => {
  it.each<[string, (right: Token) => Token]>([
    ['aud of another client', claims({ aud: 'b' })],
    ['aud that begins with this client', claims({ aud: `${CLIENT_ID}2` })],
    ['aud in other letters', claims({ aud: CLIENT_ID.toUpperCase() })],
    ['aud that is missing', claims({ aud: undefined })],
    ['aud that is empty', claims({ aud: [] })],
    ['aud that is null', claims({ aud: null })],
    ['aud that is an object', claims({ aud: { [CLIENT_ID]: true } })],
    ['aud of several others', claims({ aud: ['b', 'c'] })],
    ['aud of several without azp', claims({ aud: [CLIENT_ID, 'b'] })],
    ['azp of another client', claims({ aud: [CLIENT_ID, 'b'], azp: 'b' })],
    ['nonce of another sign-in', claims({ nonce: 'x'.repeat(43) })],
    ['nonce that is missing', claims({ nonce: undefined })],
    ['nonce that is empty', claims({ nonce: '' })],
    ['nonce that is null', claims({ nonce: null })],
    ['nonce in a list', (token) => claims({ nonce: [token.claims['nonce']] })(token)],
    ['iss of another', claims({ iss: 'https://b.example.com' })],
    ['iss that is missing', claims({ iss: undefined })],
    ['sub that is missing', claims({ sub: undefined })],
    ['exp in the past', claims({ iat: now - 2 * HOUR, exp: now - HOUR })],
    ['exp that is missing', claims({ exp: undefined })],
    ['exp as a text', claims({ exp: String(now + HOUR) })],
    ['iat that is missing', claims({ iat: undefined })],
    ['nbf in the future', claims({ nbf: now + HOUR })],
    ['alg none', signed('none', unsigned)],
    ['alg None', signed('None', unsigned)],
    ['alg that is missing', signed(undefined, rsa(published.privateKey))],
    ['RS256 without a signature', signed('RS256', unsigned)],
    ['RS256 by another key', signed('RS256', rsa(secret.privateKey))],
    ['HS256 by the secret of the client', signed('HS256', hmac(CLIENT_SECRET))],
    ['HS256 by the published key', signed('HS256', hmac(pem))],
    ['RS512, which was not agreed on', signed('RS512', rsa(published.privateKey, 'sha512'))],
    ['RS256 in small letters', signed('rs256', rsa(published.privateKey))],
    [
      'a key that the token brings along',
      (token) => ({
        ...token,
        header: { alg: 'RS256', jwk: secret.publicKey.export({ format: 'jwk' }) },
        signer: rsa(secret.privateKey),
      }),
    ],
    [
      'an extension that must be understood',
      (token) => ({ ...token, header: { ...token.header, crit: ['b'], b: true } }),
    ],
  ])('%s', async (_what, change) => {
    const before = await server.count();
    expect(await signIn(change)).toEqual({ location: formWith('failed'), cookie: null });
    expect(await server.count()).toEqual(before);
  });
});
