import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestServer, PASSWORD, type TestServer } from '../support/test-server.js';

const OFFICE = '192.0.2.1';
const PER_ADDRESS = 12;

let server: TestServer;

beforeAll(async () => {
  // Nothing is remembered beside the table, which each test begins with empty.
  server = await createTestServer({ signInLimits: { perAddress: PER_ADDRESS, refusedForMs: 0 } });
  await server.addUser('ada', { isAdmin: true });
  await server.addUser('bob');
});
beforeEach(() => server.ground.database.query('truncate keystamp.sign_in_failures'));
afterAll(() => server.close());

function signIn(name: string, { password = PASSWORD, browser = '', from = OFFICE } = {}) {
  return server.send({
    method: 'POST',
    url: '/api/auth/login',
    payload: { email: `${name}@example.com`, password },
    remoteAddress: from,
    ...(browser === '' ? {} : { cookie: `keystamp-browser=${browser}` }),
  });
}

/** What the browser keeps of a sign-in. */
async function browserOf(name: string, password = PASSWORD): Promise<string> {
  const { cookies } = await signIn(name, { password, from: '198.51.100.1' });
  return cookies.find((cookie) => cookie.name === 'keystamp-browser')?.value as string;
}

/** Somebody in the office tries many addresses, until nobody there may any more. */
async function useUpTheOffice(): Promise<void> {
  for (let i = 0; i < PER_ADDRESS; i++) await signIn(`nobody-${i}`);
  expect((await signIn('ada')).statusCode).toBe(429);
}

describe('a browser that signed in before', () => {
  it('signs in by the right password, whatever others at its address failed', async () => {
    const browser = await browserOf('ada');
    await useUpTheOffice();
    const answer = await signIn('ada', { browser });
    expect(answer.statusCode).toBe(200);
    expect(answer.cookies.map((cookie) => cookie.name)).toEqual(['keystamp']);
  });

  it('has ten failures of its own, which count against nobody else', async () => {
    const [browser, another] = [await browserOf('ada'), await browserOf('ada')];
    for (let i = 0; i < 10; i++) {
      expect((await signIn('ada', { browser, password: 'wrong' })).statusCode).toBe(401);
    }
    expect((await signIn('ada', { browser })).statusCode).toBe(429);
    expect((await signIn('ada', { browser: another })).statusCode).toBe(200);
    expect((await signIn('ada')).statusCode).toBe(200);
  });

  it('starts anew after a success', async () => {
    const browser = await browserOf('ada');
    for (let i = 0; i < 9; i++) await signIn('ada', { browser, password: 'wrong' });
    expect((await signIn('ada', { browser })).statusCode).toBe(200);
    expect((await signIn('ada', { browser, password: 'wrong' })).statusCode).toBe(401);
    expect((await signIn('ada', { browser })).statusCode).toBe(200);
  });

  it.each<[string, (browser: string) => string | Promise<string>]>([
    ['another account', () => browserOf('bob')],
    ['a made-up name', (browser) => `${'A'.repeat(22)}${browser.slice(22)}`],
    ['a made-up proof', (browser) => `${browser.slice(0, 23)}${'A'.repeat(43)}`],
    ['no shape', () => 'x.y'],
  ])('is not known by a cookie of %s', async (_name, forge) => {
    const browser = await forge(await browserOf('ada'));
    await useUpTheOffice();
    expect((await signIn('ada', { browser })).statusCode).toBe(429);
  });

  it('is a stranger once the password is another', async () => {
    const browser = await browserOf('bob');
    const cookie = await server.signIn('bob');
    const change = (current: string, next: string) =>
      server.send({
        method: 'PUT',
        url: '/api/auth/password',
        cookie,
        payload: { current, new: next },
      });
    const next = 'a longer way to sign in';
    expect((await change(PASSWORD, next)).statusCode).toBe(204);
    await useUpTheOffice();
    expect((await signIn('bob', { browser, password: next })).statusCode).toBe(429);
    expect((await change(next, PASSWORD)).statusCode).toBe(204);
  });
});
