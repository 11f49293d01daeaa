// Hono on Node.
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { createKeystamp } from 'keystamp';
import { authenticateApiKey } from 'keystamp/hono';

const keystamp = await createKeystamp({ database: process.env.DATABASE_URL });

const app = new Hono();
app.use(authenticateApiKey(keystamp)); // whatever follows needs a key
app.get('/me', (c) => c.json({ user: c.var.apiKey.user.id }));
app.get('/orders', authenticateApiKey(keystamp, { scopes: ['orders:read'] }), (c) =>
  c.json({ user: c.var.apiKey.user.id, key: c.var.apiKey.key.name }),
);

const port = Number(process.env.PORT ?? 3000);
const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port }, (address) =>
  console.log(`Listening on http://127.0.0.1:${address.port}`),
);
const stop = () => server.close(() => keystamp.close()); // writes what is pending
process.once('SIGTERM', stop).once('SIGINT', stop).on('SIGHUP', stop);
