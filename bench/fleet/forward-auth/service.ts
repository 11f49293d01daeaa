import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';

/** What reached the service. */
export interface Seen {
  readonly url: string;
  /** Name, value, name, value. */
  readonly rawHeaders: readonly string[];
  readonly bodyHash: string;
}

/** A service that tells what reached it; `/orders/fault` is a fault of its own. */
export function startService(port: number): Promise<Server> {
  const server = createServer(async (request, response) => {
    const hash = createHash('sha256');
    for await (const chunk of request) hash.update(chunk);
    const { url = '', rawHeaders } = request;
    const seen: Seen = { url, rawHeaders, bodyHash: hash.digest('hex') };
    if (url === '/orders/fault') response.statusCode = 500;
    response.setHeader('content-type', 'application/json').end(JSON.stringify(seen));
  });
  return new Promise((resolve) => {
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

export function hashOf(body: Buffer): string {
  return createHash('sha256').update(body).digest('hex');
}
