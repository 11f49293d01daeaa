import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestServer, jsonText, type TestServer } from './support/test-server.js';

let server: TestServer;

beforeAll(async () => {
  server = await createTestServer();
});
afterAll(() => server.close());

describe('access', () => {
  it('is stated by every route', () => {
    expect(server.app.routeTable.length).toBeGreaterThan(20);
    for (const route of server.app.routeTable) {
      expect(route.access, `${route.method} ${route.url}`).toMatch(
        /^(public|public_or_key|session|admin_session|session_or_key|key)$/,
      );
    }
  });

  it('is demanded at the start: a route that does not state it fails', async () => {
    const fastify = (await import('fastify')).default;
    const { keepRouteTable } = await import('../src/http/route-table.js');
    const app = fastify();
    keepRouteTable(app as never);
    app.get('/open', () => 'open');
    await expect(app.ready()).rejects.toThrow('GET /open does not say its access');
  });

  it('turns strangers away from every route that is not public, before the body is read', async () => {
    const closed = server.app.routeTable.filter((route) => !route.access.startsWith('public'));
    expect(closed.length).toBeGreaterThan(5);
    for (const { method, url } of closed) {
      const answer = await server.app.inject({
        method: method as 'GET',
        url: url.replace(':id', '00000000-0000-4000-8000-000000000000'),
        ...(method === 'GET' || method === 'HEAD' ? {} : jsonText('{ not JSON')),
      });
      expect(answer.statusCode, `${method} ${url}`).toBe(401);
    }
  });
});
