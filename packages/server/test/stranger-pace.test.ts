import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StrangerPace } from '../src/http/stranger-pace.js';
import { createTestServer, type TestServer } from './support/test-server.js';

const LIMITS = { gapMs: 2, freeMs: 100, longestHoldMs: 1_000 };
const holds = (pace: StrangerPace, count: number, nowMs = 0, network = 'a') =>
  Array.from({ length: count }, () => pace.hold(network, nowMs));

describe('K4: answers to strangers of one network', () => {
  it('are given at once while they are few', () => {
    expect(holds(new StrangerPace(LIMITS), 50)).toEqual(Array(50).fill(0));
  });

  it('are given one each few milliseconds beyond that', () => {
    const pace = new StrangerPace(LIMITS);
    holds(pace, 50);
    expect(holds(pace, 3)).toEqual([2, 4, 6]);
  });

  it('are held for the longest time at most', () => {
    expect(Math.max(...holds(new StrangerPace(LIMITS), 10_000))).toBe(1_000);
  });

  it('leave those of other networks alone', () => {
    const pace = new StrangerPace(LIMITS);
    holds(pace, 10_000);
    expect(pace.hold('b', 0)).toBe(0);
  });

  it('are given at once again after a flood', () => {
    const pace = new StrangerPace(LIMITS);
    holds(pace, 10_000);
    expect(holds(pace, 50, 1_100)).toEqual(Array(50).fill(0));
  });
});

describe('the answers of a server to a network that asks too much', () => {
  const HOUR = 3_600_000;
  let server: TestServer;
  let key: string;
  let cookie: string;
  beforeAll(async () => {
    const strangerLimits = { gapMs: HOUR, freeMs: HOUR, longestHoldMs: HOUR };
    server = await createTestServer({ strangerLimits });
    const { id } = await server.addUser('ada');
    ({ apiKey: key } = await server.keystamp.createApiKey({ userId: id, name: 'A key' }));
    cookie = await server.signIn('ada');
  });
  afterAll(() => server.close());

  const from = (remoteAddress: string) => ({ remoteAddress, url: '/verify' });
  const MADE_UP = { 'x-api-key': 'not a key' };

  it('are held back from strangers alone', async () => {
    const remoteAddress = '192.0.2.1';
    const first = await server.send({ ...from(remoteAddress), headers: MADE_UP });
    expect(first.statusCode).toBe(401);
    const held = ['/verify', '/api/setup', '/api/auth/me', '/nothing', '/'].map((url) => {
      const answer = { url, came: false };
      void server.send({ url, remoteAddress }).then(() => {
        answer.came = true;
      });
      return answer;
    });
    const valid = await server.send({ ...from(remoteAddress), headers: { 'x-api-key': key } });
    expect(valid.statusCode).toBe(204);
    const signedIn = await server.send({ url: '/api/auth/me', remoteAddress, cookie });
    expect(signedIn.statusCode).toBe(200);
    const ofProbes = ['/healthz', '/readyz', '/metrics'].map((url) =>
      server.send({ url, remoteAddress }),
    );
    // The figures are for loopback alone: the refusal is not held back either.
    const statuses = (await Promise.all(ofProbes)).map(({ statusCode }) => statusCode);
    expect(statuses).toEqual([200, 200, 403]);
    expect((await server.send({ ...from('192.0.2.2'), headers: MADE_UP })).statusCode).toBe(401);
    expect(held.filter(({ came }) => came)).toEqual([]);
  });

  it('to sign-ins keep a pace of their own', async () => {
    const payload = { email: 'ada@example.com', password: 'wrong' };
    const request = { method: 'POST', url: '/api/auth/login', payload } as const;
    const send = () => server.send({ ...request, remoteAddress: '192.0.2.3' });
    for (let i = 0; i < 3; i++) expect((await send()).statusCode).toBe(401);
  });
});
