import { Agent, request } from 'node:http';
import type { FuzzRequest } from './request.js';
import { resolved, type World } from './stand-ins.js';

/** What came back. */
export interface FuzzAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** What was sent, with everything filled in. */
export interface SentRequest {
  readonly method: string;
  readonly path: string;
  /** Names and values in turn; a name may come twice. */
  readonly headers: readonly string[];
  readonly body: string | null;
}

/** With the others, Node would announce a body in chunks. */
const WITHOUT_BODY = /^(GET|HEAD|DELETE|OPTIONS|TRACE)$/;
const GIVE_UP_MS = 30_000;

export function filledIn(
  { method, path, caller, headers, body }: FuzzRequest,
  world: World,
): SentRequest {
  const ofCaller = Object.entries(world.callers[caller] ?? {});
  // Of headers that are too large the server does not learn the method: its 431 has a body, which HEAD may not have.
  const read = headers.filter(([, value]) => method !== 'HEAD' || value.length < 64 * 1024);
  return {
    method,
    path: resolved(path, world),
    headers: [...ofCaller, ...read].flat(),
    body: body === null ? null : resolved(body, world),
  };
}

/** Sends requests over connections that it keeps. An answer that does not come is an error. */
export class FuzzClient {
  readonly #agent = new Agent({ keepAlive: true });
  readonly #origin: URL;

  constructor(origin: string) {
    this.#origin = new URL(origin);
  }

  send({ method, path, headers, body }: SentRequest): Promise<FuzzAnswer> {
    const bytes = body === null ? null : bytesOf(body);
    const { hostname, port } = this.#origin;
    const length =
      bytes === null && WITHOUT_BODY.test(method)
        ? []
        : ['content-length', String(bytes?.length ?? 0)];
    const host = headers.some((name, i) => i % 2 === 0 && name === 'host')
      ? []
      : ['host', this.#origin.host];
    const options = { hostname, port, method, path, agent: this.#agent };
    return new Promise((resolve, reject) => {
      const sent = request({ ...options, headers: [...host, ...headers, ...length] }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => {
          const { statusCode = 0, headers: got } = answer;
          resolve({ status: statusCode, headers: got, body: Buffer.concat(chunks).toString() });
        });
      });
      sent.setTimeout(GIVE_UP_MS, () => sent.destroy(new Error('no answer in 30 s')));
      sent.on('error', reject);
      sent.end(bytes);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** A text with such a character is not meant as UTF-8. */
function bytesOf(text: string): Buffer {
  return Buffer.from(text, /[\u00fe\u00ff]/.test(text) ? 'latin1' : 'utf8');
}
