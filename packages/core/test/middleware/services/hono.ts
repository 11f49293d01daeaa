import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { type ApiKeyEnv, authenticateApiKey } from '../../../src/middleware/hono.js';
import { listen, type StartService, seen, WITH_BASIC } from './service.js';

export const startHono: StartService = ({ keystamp, between = async () => {} }) => {
  const app = new Hono<ApiKeyEnv>();
  const scoped = authenticateApiKey(keystamp, { scopes: ['orders:read'] });
  app.get('/optional', authenticateApiKey(keystamp, { optional: true }), (c) =>
    c.json(seen(c.get('apiKey'))),
  );
  app.get('/scoped', scoped, (c) => c.json(seen(c.var.apiKey)));
  app.get('/basic', authenticateApiKey(keystamp, WITH_BASIC), (c) => c.json(seen(c.get('apiKey'))));
  app.use(authenticateApiKey(keystamp));
  app.get('/orders', (c) => c.json(seen(c.var.apiKey)));
  app.use('/twice', async (_c, next) => {
    await between();
    await next();
  });
  app.get('/twice', scoped, (c) => c.json(seen(c.var.apiKey)));
  return listen(createAdaptorServer(app) as Server);
};
