import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { BACKLOG } from './backlog.js';

/**
 * `localhost` is 127.0.0.1 and ::1, and Node listens on the first that it finds. Fastify sees to the other one for servers
 * that it makes itself, and so do we here. What cannot be listened on is left out: a machine may lack IPv6.
 * `addresses`: all of the name.
 */
export async function listenOnTheRest(
  server: Server,
  another: () => Server,
  addresses: Promise<readonly string[]> = addressesOf('localhost'),
): Promise<void> {
  const { address, port } = server.address() as AddressInfo;
  for (const host of await addresses.catch(() => [])) {
    if (host === address) continue;
    const second = another().listen({ host, port, backlog: BACKLOG });
    server.once('close', () => second.close(() => {}));
    await once(second, 'listening').catch(() => {});
  }
}

async function addressesOf(name: string): Promise<readonly string[]> {
  return (await lookup(name, { all: true })).map(({ address }) => address);
}
