import type { Person } from '@keystamp/testing/identity-provider';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Identity } from '../../src/auth/oidc/provider.js';
import { signInByIdentity } from '../../src/auth/oidc/sign-in-by-identity.js';
import { PASSWORD } from '../support/test-server.js';
import {
  bob,
  createOidcServer,
  formWith,
  locationOf,
  type OidcServer,
  PUBLIC_URL,
  sessionCookieOf,
} from './oidc-server.js';

let server: OidcServer;
const home = `${PUBLIC_URL}/`;

beforeAll(async () => {
  server = await createOidcServer();
});
beforeEach(async () => {
  await server.ground.database.query('delete from keystamp.users');
  await server.addUser('ada', { isAdmin: true });
  await server.addUser('bob');
});
afterAll(() => server.close());

const setActive = (name: string, isActive: boolean) =>
  server.ground.database.query('update keystamp.users set is_active = $2 where email = $1', [
    `${name}@example.com`,
    isActive,
  ]);

async function refused(person: Person, failure: string): Promise<void> {
  const before = await server.count();
  const answer = await server.signInAs(person);
  expect(locationOf(answer)).toBe(formWith(failure));
  expect(sessionCookieOf(answer)).toBeNull();
  expect(await server.count()).toEqual(before);
}

describe('at the first sign-in', () => {
  it('the user of the verified address is meant, whatever the case of its letters', async () => {
    const answer = await server.signInAs({ ...bob, email: 'BOB@Example.com' });
    expect(locationOf(answer)).toBe(home);
    const me = await server.send({ url: '/api/auth/me', cookie: sessionCookieOf(answer) ?? '' });
    expect(me.json().user.email).toBe('bob@example.com');
  });

  it.each([
    ['false', { email_verified: false }],
    ['missing', {}],
    ['a text', { email_verified: 'true' }],
  ])('an address is refused whose email_verified is %s', (_name, verified) =>
    refused({ sub: 'b-2', email: 'bob@example.com', ...verified }, 'unverified'),
  );

  it('a subject that is no ASCII text binds nobody: two of them could be stored as one', async () => {
    for (const sub of ['\ud800', '\ud801', 'b\u00e9']) {
      await refused({ sub, email: 'bob@example.com', email_verified: true }, 'failed');
    }
  });

  it('a person without an address is refused', () =>
    refused({ sub: 'b-2', email_verified: true }, 'unverified'));

  it('an address that nobody has is refused, and no user is made of it', () =>
    refused({ ...bob, email: 'eve@example.com' }, 'no_account'));

  it('an address that only a wide lower case makes the same is another one', async () => {
    await server.addUser('kim');
    await refused({ ...bob, email: '\u212Aim@example.com' }, 'no_account');
  });

  it('a deactivated user is refused, and nothing is bound', async () => {
    await setActive('bob', false);
    await refused(bob, 'no_account');
    const { rows } = await server.ground.database.query('select from keystamp.oidc_subjects');
    expect(rows).toEqual([]);
  });

  it('a user without a password signs in', async () => {
    await server.ground.database.query('update keystamp.users set password_hash = null');
    expect(locationOf(await server.signInAs(bob))).toBe(home);
  });
});

describe('from then on the subject decides', () => {
  beforeEach(async () => {
    expect(locationOf(await server.signInAs(bob))).toBe(home);
  });

  async function signedInAs(person: Person): Promise<string> {
    const answer = await server.signInAs(person);
    const me = await server.send({ url: '/api/auth/me', cookie: sessionCookieOf(answer) ?? '' });
    return me.json().user?.email;
  }

  it.each([
    ['changed', { email: 'robert@example.com', email_verified: true }],
    ['not verified any more', { email: 'bob@example.com', email_verified: false }],
    ['gone', {}],
    ['that of another user', { email: 'ada@example.com', email_verified: true }],
  ])('the user stays the same where the address is %s', async (_name, address) => {
    expect(await signedInAs({ sub: bob.sub, ...address })).toBe('bob@example.com');
  });

  it('another subject with the same address is refused', () =>
    refused({ ...bob, sub: 'somebody-else' }, 'other_identity'));

  it('the same subject of another provider is somebody else', async () => {
    await server.ground.database.query(`update keystamp.oidc_subjects set issuer = 'https://b'`);
    await refused({ ...bob, email: 'eve@example.com' }, 'no_account');
  });

  it('a deactivated user is refused, and the sessions have ended', async () => {
    const cookie = sessionCookieOf(await server.signInAs(bob)) as string;
    await setActive('bob', false);
    expect((await server.send({ url: '/api/auth/me', cookie })).statusCode).toBe(401);
    await refused(bob, 'no_account');
    await setActive('bob', true);
    expect(await signedInAs(bob)).toBe('bob@example.com');
  });

  it('a user who was deleted and added again is bound anew', async () => {
    await server.ground.database.query(`delete from keystamp.users where email = $1`, [bob.email]);
    await refused(bob, 'no_account');
    await server.addUser('bob');
    expect(await signedInAs({ ...bob, sub: 'new' })).toBe('bob@example.com');
  });

  it('the password goes on working beside it', async () => {
    expect(await server.signIn('bob', PASSWORD)).toMatch(/^keystamp=/);
  });

  it('two first sign-ins of a person at once both succeed', async () => {
    const { database } = server.ground;
    await database.query('delete from keystamp.oidc_subjects');
    const identity = (verifiedEmail: () => Promise<string>): Identity => ({
      issuer: server.provider.issuer,
      subject: bob.sub,
      verifiedEmail,
    });
    const first = identity(async () => 'bob@example.com');
    // While the one asks for the address, the other binds the subject.
    const second = identity(async () => {
      await signInByIdentity(database, first);
      return 'bob@example.com';
    });
    const { userId, sessionId } = await signInByIdentity(database, second);
    const me = await server.send({ url: '/api/auth/me', cookie: `keystamp=${sessionId}` });
    expect(me.json().user).toMatchObject({ id: userId, email: 'bob@example.com' });
  });
});

it('refusals leave an audit line with the reason', async () => {
  await refused({ ...bob, email: 'eve@example.com' }, 'no_account');
  const line = server.logged.filter((each) => each.includes('refused a sign-in')).at(-1);
  expect(JSON.parse(line ?? '')).toMatchObject({ audit: true, reason: 'no_account' });
});
