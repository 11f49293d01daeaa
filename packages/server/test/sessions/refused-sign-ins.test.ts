import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTestServer, PASSWORD, type TestServer } from '../support/test-server.js';

let server: TestServer;
beforeEach(async () => {
  server = await createTestServer({ signInLimits: { perAddress: 3 } });
  await server.addUser('ada');
});
afterEach(() => server.close());

async function signIn(name: string, password = 'wrong', cookie?: string) {
  return server.send({
    method: 'POST',
    url: '/api/auth/login',
    payload: { email: `${name}@example.com`, password },
    remoteAddress: '192.0.2.9',
    ...(cookie === undefined ? {} : { cookie }),
  });
}

async function statementsDuring(work: () => Promise<unknown>): Promise<number> {
  const sent = vi.spyOn(server.keystamp.database, 'query');
  await work();
  const count = sent.mock.calls.length;
  sent.mockRestore();
  return count;
}

async function rejectNetwork(): Promise<void> {
  for (let i = 0; i < 4; i++) await signIn('nobody');
}

describe('K4: a network that failed too often', () => {
  it('is refused from memory: its attempts cost no statement', async () => {
    await rejectNetwork();
    const sent = await statementsDuring(async () => {
      const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => signIn(`user${i}`)));
      for (const answer of answers) {
        expect(answer.statusCode).toBe(429);
        expect(Number(answer.headers['retry-after'])).toBeGreaterThan(800);
      }
    });
    expect(sent).toBe(0);
  });

  it('costs a few statements for however many browsers it makes up at once', async () => {
    await rejectNetwork();
    const madeUp = `keystamp-browser=${'x'.repeat(22)}.${'y'.repeat(43)}`;
    const sent = await statementsDuring(() =>
      Promise.all(Array.from({ length: 50 }, (_, i) => signIn(`user${i}`, 'wrong', madeUp))),
    );
    // One for those that go on in the same turn of the event loop.
    expect(sent).toBeLessThan(25);
  });

  it('sends many at once: it is refused after a few statements', async () => {
    const sent = await statementsDuring(() =>
      Promise.all(Array.from({ length: 100 }, () => signIn('nobody'))),
    );
    expect(sent).toBeLessThan(50);
  });

  it('still lets a browser in that its account knows', async () => {
    const first = await signIn('ada', PASSWORD);
    const browser = first.cookies.find(({ name }) => name === 'keystamp-browser');
    await rejectNetwork();
    expect((await signIn('ada', PASSWORD)).statusCode).toBe(429);
    const known = await signIn('ada', PASSWORD, `${browser?.name}=${browser?.value}`);
    expect(known.statusCode).toBe(200);
  });
});

describe('a refusal', () => {
  it('is asked for again where none is remembered', async () => {
    const own = await createTestServer({ signInLimits: { perAddress: 3, refusedForMs: 0 } });
    const fail = () =>
      own.send({
        method: 'POST',
        url: '/api/auth/login',
        payload: { email: 'nobody@example.com', password: 'wrong' },
      });
    for (let i = 0; i < 4; i++) await fail();
    expect((await fail()).statusCode).toBe(429);
    await own.ground.database.query('delete from keystamp.sign_in_failures');
    expect((await fail()).statusCode).toBe(401);
    await own.close();
  });
});
