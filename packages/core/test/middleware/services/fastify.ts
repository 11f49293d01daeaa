import type { AddressInfo } from 'node:net';
import fastify from 'fastify';
import { authenticateApiKey } from '../../../src/middleware/fastify.js';
import { type StartService, seen, WITH_BASIC } from './service.js';

export const startFastify: StartService = async ({ keystamp, between = async () => {} }) => {
  const logged: string[] = [];
  const app = fastify({
    logger: { level: 'trace', stream: { write: (line: string) => logged.push(line) } },
    forceCloseConnections: true,
  });
  await app.register(authenticateApiKey, { keystamp });
  app.get('/orders', async (request) => seen(request.apiKey));
  app.get('/scoped', { config: { apiKey: { scopes: ['orders:read'] } } }, async (request) =>
    seen(request.apiKey),
  );
  app.get('/optional', { config: { apiKey: { optional: true } } }, async (request) =>
    seen(request.apiKey),
  );
  app.get('/basic', { config: { apiKey: WITH_BASIC } }, async (request) => seen(request.apiKey));
  await app.register(async (inner) => {
    inner.addHook('onRequest', between);
    await inner.register(authenticateApiKey, { keystamp, scopes: ['orders:read'] });
    inner.get('/twice', async (request) => seen(request.apiKey));
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return { port, logged, close: () => app.close() };
};
