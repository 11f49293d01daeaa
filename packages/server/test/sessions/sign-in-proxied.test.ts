import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestServer, type TestServer } from '../support/test-server.js';

let server: TestServer;

beforeAll(async () => {
  server = await createTestServer({ env: { KEYSTAMP_TRUST_PROXY: '192.0.2.0/24' } });
});
afterAll(() => server.close());

async function fail(email: string, forwardedFor: string): Promise<number> {
  const answer = await server.send({
    method: 'POST',
    url: '/api/auth/login',
    payload: { email, password: 'wrong' },
    headers: { 'x-forwarded-for': forwardedFor },
    remoteAddress: '192.0.2.7',
  });
  return answer.statusCode;
}

describe('failed sign-ins behind a trusted proxy', () => {
  it.each([
    ['a port', 'port@example.com', (i: number) => `9.9.9.9:${5000 + i}`, '9.9.9.9'],
    [
      'notations of one address',
      'mapped@example.com',
      (i: number) => ['::ffff:909:909', '::ffff:9.9.9.9', '0:0::ffff:0909:0909'][i % 3] as string,
      '9.9.9.9',
    ],
    ['text that is no address', 'text@example.com', (i: number) => `garbage${i}`, '192.0.2.7'],
  ])('429: %s gives no fresh budget', async (_name, email, from, same) => {
    for (let i = 0; i < 10; i++) expect(await fail(email, from(i))).toBe(401);
    expect(await fail(email, from(10))).toBe(429);
    expect(await fail(email, same)).toBe(429);
    expect(await fail(email, '198.51.100.1')).toBe(401);
  });

  it('429: fresh /64 networks of one IPv6 /48 give no fresh budget', async () => {
    const limited = await createTestServer({
      env: { KEYSTAMP_TRUST_PROXY: '192.0.2.0/24' },
      signInLimits: { perSite: 5 },
    });
    const from = async (address: string) => {
      const answer = await limited.send({
        method: 'POST',
        url: '/api/auth/login',
        payload: { email: 'site@example.com', password: 'wrong' },
        headers: { 'x-forwarded-for': address },
        remoteAddress: '192.0.2.7',
      });
      return answer.statusCode;
    };
    try {
      for (let i = 0; i < 5; i++) expect(await from(`2001:db8:7:${i}::1`)).toBe(401);
      expect(await from('2001:db8:7:99::1')).toBe(429);
      expect(await from('2001:db8:8:1::1')).toBe(401);
    } finally {
      await limited.close();
    }
  });
});
