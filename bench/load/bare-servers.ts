// What the server stands on, with the answers that Keystamp gives and nothing else done: node bare-servers.ts <node | fastify>. Tells its
// parent the port, and when asked how much processor time it has used.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';

const KEY_ID = '0199c0de-0000-7000-8000-000000000000';
const IDENTITY = {
  'cache-control': 'no-store',
  'x-keystamp-user': 'user-1',
  'x-keystamp-key-id': KEY_ID,
  'x-keystamp-scopes': '',
};
const INTROSPECTION = { active: true, client_id: KEY_ID, sub: 'user-1', iat: 1_790_000_000 };
const schema = {
  response: {
    200: {
      type: 'object',
      properties: {
        active: { type: 'boolean' },
        client_id: { type: 'string' },
        sub: { type: 'string' },
        iat: { type: 'integer' },
      },
    },
  },
};

async function listenWithFastify(): Promise<number> {
  const app = Fastify();
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );
  app.get('/verify', (_request, reply) => void reply.code(204).headers(IDENTITY).send());
  app.get('/ext-authz/-', (_request, reply) => void reply.code(200).headers(IDENTITY).send());
  app.post('/oauth2/introspect', { schema }, (_request, reply) => void reply.send(INTROSPECTION));
  app.get('/healthz', (_request, reply) => void reply.send({ status: 'ok' }));
  await app.listen({ port: 0, host: '127.0.0.1' });
  process.on('disconnect', () => void app.close());
  return (app.server.address() as AddressInfo).port;
}

async function listenWithNode(): Promise<number> {
  const server = createServer((_request, response) => response.writeHead(204, IDENTITY).end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  process.on('disconnect', () => server.close());
  return (server.address() as AddressInfo).port;
}

const port = process.argv[2] === 'node' ? await listenWithNode() : await listenWithFastify();
process.on('message', () => process.send?.({ cpu: process.cpuUsage() }));
process.send?.({ port });
