// Fastify: the plugin, and what a route requires in its config.
import fastify from 'fastify';
import { createKeystamp } from 'keystamp';
import { authenticateApiKey } from 'keystamp/fastify';

const keystamp = await createKeystamp({ database: process.env.DATABASE_URL });

const app = fastify({ forceCloseConnections: true });
await app.register(authenticateApiKey, { keystamp });
app.get('/me', async ({ apiKey }) => ({ user: apiKey.user.id }));
app.get(
  '/orders',
  { config: { apiKey: { scopes: ['orders:read'] } } },
  async ({ apiKey: { user, key } }) => ({ user: user.id, key: key.name }),
);
app.addHook('onClose', () => keystamp.close()); // writes what is pending

const url = await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT ?? 3000) });
console.log(`Listening on ${url}`);
const stop = () => app.close();
process.once('SIGTERM', stop).once('SIGINT', stop).on('SIGHUP', stop);
