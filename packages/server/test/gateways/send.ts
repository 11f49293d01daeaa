import { Agent, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:http2';
import type { Seen } from './service.js';

export interface Sent {
  readonly method?: string;
  readonly path?: string;
  /** Default: the proxy's address. */
  readonly host?: string;
  /** Name, value, name, value: as they go over the wire. */
  readonly headers?: readonly string[];
  readonly body?: Buffer;
  /** Without a Content-Length. */
  readonly isChunked?: boolean;
  readonly agent?: Agent;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** Null: not from the service. */
  readonly seen: Seen | null;
}

/** The headers that ask for a WebSocket. */
export const WEBSOCKET = [
  ...['Connection', 'Upgrade', 'Upgrade', 'websocket'],
  ...['Sec-WebSocket-Version', '13', 'Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
];

/** What a browser sends with OPTIONS before a request of a page of another origin. */
export const PREFLIGHT = [
  ...['Origin', 'https://shop.example', 'Access-Control-Request-Method', 'DELETE'],
  ...['Access-Control-Request-Headers', 'x-api-key'],
];

/** Not an address that Keystamp trusts, so that it differs from the proxy's. */
export const CLIENT = '127.0.0.9';

export function send(port: number, sent: Sent = {}): Promise<Answer> {
  const { path = '/orders/7', headers = [], body, isChunked = false, agent } = sent;
  const { host = `127.0.0.1:${port}`, method = body ? 'POST' : 'GET' } = sent;
  const length = body && !isChunked ? ['Content-Length', String(body.length)] : [];
  const chunked = body && isChunked ? ['Transfer-Encoding', 'chunked'] : [];
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port,
        localAddress: CLIENT,
        path,
        method,
        headers: ['Host', host, ...length, ...chunked, ...headers],
        agent: agent ?? new Agent(),
      },
      (incoming) => {
        // A refusal may come while the body is still being sent: the connection breaks then, the answer is there.
        answerOf(incoming).then(resolve, reject);
      },
    );
    outgoing.on('upgrade', (incoming, socket) => {
      socket.destroy();
      resolve({ status: 101, headers: incoming.headers, body: '', seen: null });
    });
    outgoing.on('error', reject).end(body);
  });
}

async function answerOf(incoming: IncomingMessage): Promise<Answer> {
  let body = '';
  for await (const chunk of incoming.setEncoding('utf8')) body += chunk;
  const { statusCode: status = 0, headers } = incoming;
  return { status, headers, body, seen: seenIn(body) };
}

/** The same over HTTP/2 without TLS, on a connection of its own. */
export async function sendHttp2(
  port: number,
  { method = 'GET', path = '/orders/7', headers = [] }: Sent,
) {
  const session = connect(`http://127.0.0.1:${port}`);
  const fields = Object.fromEntries(pairsOf(headers));
  const head = { ':method': method, ':path': path, ...fields };
  const stream = session.request(head, { endStream: true });
  let body = '';
  try {
    return await new Promise<Answer>((resolve, reject) => {
      session.on('error', reject);
      stream.on('error', reject);
      stream.on('response', ({ ':status': status = 0, ...rest }) => {
        stream.setEncoding('utf8').on('data', (text) => {
          body += text;
        });
        stream.on('end', () => {
          resolve({ status, headers: rest as Answer['headers'], body, seen: seenIn(body) });
        });
      });
    });
  } finally {
    session.destroy();
  }
}

/** Name and value of each. */
export function pairsOf(headers: readonly string[]): [name: string, value: string][] {
  return Array.from({ length: headers.length / 2 }, (_, i) => [
    (headers[2 * i] as string).toLowerCase(),
    headers[2 * i + 1] as string,
  ]);
}

function seenIn(text: string): Seen | null {
  try {
    const value = JSON.parse(text);
    return 'rawHeaders' in value ? value : null;
  } catch {
    return null;
  }
}
