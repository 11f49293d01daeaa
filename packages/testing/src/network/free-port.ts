import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * A free loopback port below 32768. From there up the kernel hands out ports to clients: one that retries
 * its server while it is away can be given the server's port and connect to itself.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(15_000, 32_000);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
