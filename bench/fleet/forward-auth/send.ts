import { Agent, type IncomingMessage, request } from 'node:http';
import type { Seen } from './service.js';

export interface Sent {
  readonly path?: string;
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
  /** Null: not from the service. */
  readonly seen: Seen | null;
}

/** Of a proxy that waits for longer than anybody does. */
const NO_ANSWER: Answer = { status: 0, headers: {}, seen: null };

/** No proxy may need longer: Keystamp's own limits are 2 s. */
const WITHIN_MS = 10_000;

/** Not one that Keystamp trusts, so that it is told from the proxy's. */
export const CLIENT = '127.0.0.9';

export function send(port: number, sent: Sent = {}): Promise<Answer> {
  const { path = '/orders/7', headers = [], body, isChunked = false, agent } = sent;
  const length = body && !isChunked ? ['Content-Length', String(body.length)] : [];
  const chunked = body && isChunked ? ['Transfer-Encoding', 'chunked'] : [];
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port,
        localAddress: CLIENT,
        path,
        method: body ? 'POST' : 'GET',
        headers: ['Host', `127.0.0.1:${port}`, ...length, ...chunked, ...headers],
        agent: agent ?? new Agent(),
        signal: AbortSignal.timeout(WITHIN_MS),
      },
      (incoming) => resolve(answerOf(incoming)),
    );
    const fail = (error: Error) =>
      error.name === 'AbortError' ? resolve(NO_ANSWER) : reject(error);
    outgoing.on('error', fail).end(body);
  });
}

async function answerOf(incoming: IncomingMessage): Promise<Answer> {
  let text = '';
  for await (const chunk of incoming.setEncoding('utf8')) text += chunk;
  const { statusCode: status = 0, headers } = incoming;
  return { status, headers, seen: seenIn(text) };
}

function seenIn(text: string): Seen | null {
  try {
    const value = JSON.parse(text);
    return 'rawHeaders' in value ? value : null;
  } catch {
    return null;
  }
}
