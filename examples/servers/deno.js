// Deno: its own server, and the web's Request.
import process from 'node:process';
import { createKeystamp } from 'keystamp';
import { authenticateApiKey } from 'keystamp/web';

const keystamp = await createKeystamp({ database: process.env.DATABASE_URL });
const anyKey = authenticateApiKey(keystamp);
const reader = authenticateApiKey(keystamp, { scopes: ['orders:read'] });

const server = Deno.serve(
  {
    hostname: '127.0.0.1',
    port: Number(process.env.PORT ?? 3000),
    onListen: ({ port }) => console.log(`Listening on http://127.0.0.1:${port}`),
  },
  async (request, { remoteAddr }) => {
    const { pathname } = new URL(request.url);
    const authenticate = pathname === '/orders' ? reader : anyKey;
    const { response, apiKey } = await authenticate(request, {
      address: () => remoteAddr.hostname,
    });
    return response ?? Response.json({ user: apiKey.user.id, key: apiKey.key.name });
  },
);

const stop = async () => {
  await server.shutdown();
  await keystamp.close(); // writes what is pending
  process.exit(0);
};
Deno.addSignalListener('SIGTERM', stop);
Deno.addSignalListener('SIGINT', stop);
