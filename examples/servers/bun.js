// Bun: its own server, and the web's Request.
import { createKeystamp } from 'keystamp';
import { authenticateApiKey } from 'keystamp/web';

const keystamp = await createKeystamp({ database: process.env.DATABASE_URL });
const anyKey = authenticateApiKey(keystamp);
const reader = authenticateApiKey(keystamp, { scopes: ['orders:read'] });

const server = Bun.serve({
  hostname: '127.0.0.1',
  port: Number(process.env.PORT ?? 3000),
  async fetch(request, itself) {
    const { pathname } = new URL(request.url);
    const authenticate = pathname === '/orders' ? reader : anyKey;
    const { response, apiKey } = await authenticate(request, {
      address: () => itself.requestIP(request)?.address,
    });
    return response ?? Response.json({ user: apiKey.user.id, key: apiKey.key.name });
  },
});
console.log(`Listening on http://127.0.0.1:${server.port}`);

const stop = async () => {
  await server.stop();
  await keystamp.close(); // writes what is pending
  process.exit(0);
};
process.on('SIGTERM', stop).on('SIGINT', stop);
