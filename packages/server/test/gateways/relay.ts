import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/**
 * How Keystamp fares behind the relay. `yes` and `page`: another program listens at its address, and answers every
 * request with 204 or with 200. `hangs`: connections are accepted and never answered. `slow`: what is sent arrives
 * after `release`.
 */
export type Fate = 'up' | 'stopped' | 'hangs' | 'slow' | 'yes' | 'page';

/** Stands where a proxy looks for Keystamp. */
export interface Relay {
  readonly port: number;
  /** From now on; connections of before are cut. */
  become(fate: Fate): Promise<void>;
  fate(): Fate;
  /** Questions that `slow` holds back. */
  held(): number;
  /** Lets through what was held back, and goes on as `up`. */
  release(): Promise<void>;
  close(): Promise<void>;
}

export async function startRelay(keystampPort: number): Promise<Relay> {
  const strangers = { yes: await startStranger(204), page: await startStranger(200) };
  const sockets = new Set<Socket>();
  const held: (() => void)[] = [];
  let fate: Fate = 'up';
  const track = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  };
  const join = (client: Socket, port: number, sent: Buffer = Buffer.alloc(0)) => {
    const other = connect(port, '127.0.0.1');
    track(other);
    other.write(sent);
    client.pipe(other).pipe(client);
  };
  const hold = (client: Socket) => {
    client.once('data', (sent) => {
      client.pause();
      const go = () => join(client, keystampPort, sent as Buffer);
      // What a proxy asks about Keystamp itself is no request of a client.
      if (sent.includes('/readyz')) go();
      else held.push(go);
    });
  };
  const server = createServer((client) => {
    track(client);
    if (fate === 'up') join(client, keystampPort);
    else if (fate === 'slow') hold(client);
    else if (fate === 'yes' || fate === 'page') join(client, portOf(strangers[fate]));
  });
  await listen(server, 0);
  const { port } = server.address() as AddressInfo;
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  const become = async (next: Fate) => {
    if (next === fate) return;
    if (next === 'stopped') await closed(server, cut);
    else if (fate === 'stopped') await listen(server, port);
    cut();
    fate = next;
  };
  return {
    port,
    become,
    fate: () => fate,
    held: () => held.length,
    release: async () => {
      fate = 'up';
      for (const join of held.splice(0)) join();
    },
    close: async () => {
      await become('stopped');
      for (const stranger of Object.values(strangers)) {
        await closed(stranger, () => stranger.closeAllConnections());
      }
    },
  };
}

/** A program that knows nothing of keys. */
async function startStranger(status: number) {
  const server = createHttpServer((_request, response) => {
    response.writeHead(status, { 'content-type': 'text/html' }).end(status === 200 ? 'Hello' : '');
  });
  await listen(server, 0);
  return server;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', () => resolve());
  });
}

function closed(server: Server, cut: () => void): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    cut();
  });
}
