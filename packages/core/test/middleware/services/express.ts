import { createServer } from 'node:http';
import express5, { type Express } from 'express';
import express4 from 'express-4';
import { authenticateApiKey } from '../../../src/middleware/express.js';
import { listen, type ServiceOptions, type StartService, seen, WITH_BASIC } from './service.js';

export const startExpress5: StartService = (options) => start(express5, options);
export const startExpress4: StartService = (options) => start(express4, options);

function start(express: () => Express, { keystamp, between = async () => {} }: ServiceOptions) {
  const app = express();
  const scoped = authenticateApiKey(keystamp, { scopes: ['orders:read'] });
  app.get('/optional', authenticateApiKey(keystamp, { optional: true }), (request, response) => {
    response.json(seen(request.apiKey));
  });
  app.get('/scoped', scoped, (request, response) => {
    response.json(seen(request.apiKey));
  });
  app.get('/basic', authenticateApiKey(keystamp, WITH_BASIC), (request, response) => {
    response.json(seen(request.apiKey));
  });
  app.use(authenticateApiKey(keystamp));
  app.get('/orders', (request, response) => {
    response.json(seen(request.apiKey));
  });
  app.get(
    '/twice',
    (_request, _response, next) => {
      between().then(() => next(), next);
    },
    scoped,
    (request, response) => {
      response.json(seen(request.apiKey));
    },
  );
  return listen(createServer(app));
}
