import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** What reached the service. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  /** Name, value, name, value. */
  readonly rawHeaders: readonly string[];
  readonly bodyHash: string;
}

/** The service that the proxies guard. It tells what reached it. */
export interface Service {
  readonly port: number;
  /** All that reached it so far, WebSockets too. */
  readonly reached: readonly Seen[];
  close(): Promise<void>;
}

/** `/orders/fault` is a fault of its own; an upgrade is answered, and what is sent then is sent back. */
export async function startService(): Promise<Service> {
  const reached: Seen[] = [];
  const server = createServer({ maxHeaderSize: 128 * 1024 }, async (request, response) => {
    const seen: Seen = { ...seenIn(request), bodyHash: await hashOfBody(request) };
    reached.push(seen);
    if (request.url === '/orders/fault') response.statusCode = 500;
    // As a service does that wants its answers kept: a cache of the proxy may keep them.
    response.setHeader('cache-control', 'public, max-age=600');
    response.setHeader('content-type', 'application/json').end(JSON.stringify(seen));
  });
  server.on('upgrade', (request: IncomingMessage, socket: Socket) => {
    reached.push({ ...seenIn(request), bodyHash: '' });
    const accept = acceptOf(request.headers['sec-websocket-key'] ?? '');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    socket.on('error', () => socket.destroy()).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    reached,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function seenIn({ method = '', url = '', rawHeaders }: IncomingMessage) {
  return { method, url, rawHeaders };
}

async function hashOfBody(request: IncomingMessage): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of request) hash.update(chunk);
  return hash.digest('hex');
}

export function hashOf(body: Buffer): string {
  return createHash('sha256').update(body).digest('hex');
}

/** RFC 6455 §4.2.2. */
function acceptOf(key: string): string {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}
