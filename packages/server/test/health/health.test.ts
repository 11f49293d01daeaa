import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestServer, type TestServer } from '../support/test-server.js';

let server: TestServer;

beforeAll(async () => {
  server = await createTestServer();
});
afterAll(() => server.close());

const ask = async (url: string) => (await server.app.inject({ url })).statusCode;

describe('health', () => {
  it('200: up and ready', async () => {
    const answer = await server.app.inject({ url: '/readyz' });
    expect(answer.json()).toEqual({ status: 'ok' });
    expect(await ask('/healthz')).toBe(200);
  });

  it('503: not ready while stopping, but up, and connections end', async () => {
    server.context.isStopping = true;
    const answer = await server.app.inject({ url: '/readyz' });
    expect(answer.statusCode).toBe(503);
    expect(answer.headers).toMatchObject({ 'retry-after': '1', connection: 'close' });
    expect(await ask('/healthz')).toBe(200);
    server.context.isStopping = false;
    expect(await ask('/readyz')).toBe(200);
  });

  it('503: not ready once keys cannot be judged any more', async () => {
    const closing = await createTestServer();
    await closing.keystamp.close();
    const answer = await closing.app.inject({ url: '/readyz' });
    expect(answer.statusCode).toBe(503);
    await closing.close();
  });
});
