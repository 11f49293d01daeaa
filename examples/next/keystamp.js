import { createKeystamp } from 'keystamp';
import { createWithApiKey } from 'keystamp/next';
import { after } from 'next/server';

/** One instance, also when modules are loaded again; server.js closes it. */
export function openKeystamp() {
  globalThis.keystamp ??= createKeystamp({ database: process.env.DATABASE_URL }).catch((error) => {
    globalThis.keystamp = undefined; // the database was away: the next request tries again
    throw error;
  });
  return globalThis.keystamp;
}

export const withApiKey = createWithApiKey(openKeystamp, { after });
