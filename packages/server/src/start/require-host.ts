import { once } from 'node:events';
import { createServer } from 'node:net';
import type { ServerConfig } from '../config/config.js';
import { StartFailure } from '../config/start-failure.js';

/**
 * Refuses a host that cannot be listened on before the database is opened, which a start that comes to nothing should
 * not migrate. On any free port: the real one may still be held by the server that this one replaces.
 */
export async function requireHost({ host }: ServerConfig): Promise<void> {
  const server = createServer().listen({ host, port: 0 });
  await once(server, 'listening').catch((cause: Error) => {
    const expected = 'an address of this machine, or a name of one';
    throw new StartFailure(
      `KEYSTAMP_HOST: got ${JSON.stringify(host)}, expected ${expected}; ${cause.message}`,
      { cause },
    );
  });
  server.close();
  await once(server, 'close');
}
