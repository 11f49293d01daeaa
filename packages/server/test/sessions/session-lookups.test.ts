import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { newSecret } from '../../src/auth/sessions/session-id.js';
import { createTestServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await createTestServer();
});
afterAll(() => server.close());

const me = (id: string) => server.send({ url: '/api/auth/me', cookie: `keystamp=${id}` });

async function statementsDuring(work: () => Promise<unknown>): Promise<number> {
  const sent = vi.spyOn(server.keystamp.database, 'query');
  await work();
  const count = sent.mock.calls.length;
  sent.mockRestore();
  return count;
}

describe('K4: a cookie that somebody made up', () => {
  it('costs no statement where it cannot be an id', async () => {
    for (const id of ['x', 'x'.repeat(42), 'x'.repeat(44), `${'x'.repeat(42)}!`]) {
      expect(await statementsDuring(() => me(id))).toBe(0);
      expect((await me(id)).statusCode).toBe(401);
    }
  });

  it('costs a statement once', async () => {
    const id = newSecret();
    expect(await statementsDuring(() => me(id))).toBe(1);
    expect(await statementsDuring(() => Promise.all([me(id), me(id), me(id)]))).toBe(0);
    expect((await me(id)).statusCode).toBe(401);
  });

  it('is looked up along with all others that come at once', async () => {
    const ids = Array.from({ length: 200 }, newSecret);
    const sent = await statementsDuring(() => Promise.all(ids.map(me)));
    expect(sent).toBeLessThan(20);
  });
});

describe('a session', () => {
  it('is looked up every time, by one statement for those at once', async () => {
    await server.addUser('ada', { isAdmin: true });
    const cookie = await server.signIn('ada');
    const ask = () => server.send({ url: '/api/auth/me', cookie });
    const sent = await statementsDuring(async () => {
      const answers = await Promise.all(Array.from({ length: 50 }, ask));
      expect(answers.every(({ statusCode }) => statusCode === 200)).toBe(true);
    });
    expect(sent).toBeLessThan(10);
    await server.ground.database.query('update keystamp.users set is_active = false');
    expect((await ask()).statusCode).toBe(401);
  });
});

describe('K4: GET /api/setup', () => {
  it('costs one statement for those that come at once', async () => {
    const ask = () => server.send({ url: '/api/setup' });
    const sent = await statementsDuring(() => Promise.all(Array.from({ length: 200 }, ask)));
    expect(sent).toBeLessThan(10);
  });
});
