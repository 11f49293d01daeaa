// h3, which Nitro and Nuxt are made of: the same handlers stand in `server/api` there.
import { createServer } from 'node:http';
import {
  createApp,
  createRouter,
  defineEventHandler,
  getRequestIP,
  toNodeListener,
  toWebRequest,
} from 'h3';
import { createKeystamp } from 'keystamp';
import { authenticateApiKey } from 'keystamp/web';

const keystamp = await createKeystamp({ database: process.env.DATABASE_URL });

/** A handler that also gets the key. */
function withApiKey(requirement, handler) {
  const authenticate = authenticateApiKey(keystamp, requirement);
  return defineEventHandler(async (event) => {
    const { response, apiKey } = await authenticate(toWebRequest(event), {
      address: () => getRequestIP(event),
    });
    return response ?? handler(event, apiKey);
  });
}

const router = createRouter()
  .get(
    '/me',
    withApiKey({}, (_event, { user }) => ({ user: user.id })),
  )
  .get(
    '/orders',
    withApiKey({ scopes: ['orders:read'] }, (_event, { user, key }) => ({
      user: user.id,
      key: key.name,
    })),
  );

const server = createServer(toNodeListener(createApp().use(router)));
server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () =>
  console.log(`Listening on http://127.0.0.1:${server.address().port}`),
);
const stop = () => server.close(() => keystamp.close()); // writes what is pending
process.once('SIGTERM', stop).once('SIGINT', stop).on('SIGHUP', stop);
