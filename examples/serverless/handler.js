// A handler of a platform that may stop the process after an answer: the last use is written before that, because the
// platform waits for what it got by waitUntil.
import { createKeystamp } from 'keystamp';
import { authenticateApiKey } from 'keystamp/web';

// Opened at the first request and kept: a process that was stopped goes on with it.
let opened;
const openKeystamp = () => {
  opened ??= createKeystamp({ database: process.env.DATABASE_URL }).catch((error) => {
    opened = undefined; // the next request tries again
    throw error;
  });
  return opened;
};
const authenticate = authenticateApiKey(openKeystamp, { scopes: ['orders:read'] });

/** @param {Request} request @param {{ waitUntil(task: Promise<unknown>): void }} context */
export default async function handler(request, context) {
  const { response, apiKey } = await authenticate(request, {
    waitUntil: (task) => context.waitUntil(task),
  });
  return response ?? Response.json({ user: apiKey.user.id, key: apiKey.key.name });
}
