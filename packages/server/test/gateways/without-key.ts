import type { Ports } from './proxy.js';
import { type Answer, PREFLIGHT, type Sent, send, sendHttp2, WEBSOCKET } from './send.js';

const MADE_UP = ['X-Keystamp-User', 'root', 'X-Keystamp-Key-Id', '1', 'X-Keystamp-Scopes', '*'];
const LARGE = Array.from({ length: 40 }, (_, i) => [`X-Large-${i}`, 'x'.repeat(300)]).flat();

/** Requests that come without a key, or with one that may not act. */
const requests: readonly Sent[] = [
  {},
  { headers: ['X-API-Key', 'ks_garbage'] },
  { headers: ['Authorization', `Basic ${Buffer.from('git:ks_garbage').toString('base64')}`] },
  { headers: MADE_UP },
  { headers: WEBSOCKET },
  { headers: LARGE },
  { headers: ['X-HTTP-Method-Override', 'GET', 'X-Original-URI', '/', 'X-Forwarded-Uri', '/'] },
  // Not preflights, though they look like it.
  { method: 'OPTIONS', headers: ['Origin', 'https://shop.example'] },
  { method: 'OPTIONS', headers: ['Access-Control-Request-Method', 'GET'] },
  { method: 'OPTIONS', headers: ['Access-Control-Request-Method', '', 'Origin', 'null'] },
  { method: 'OPTIONS', headers: ['Access-Control-Request-Method', 'GET', 'Origin', ''] },
  { method: 'OPTIONS', headers: ['Access-Control-Request-Method', 'GET null'] },
  { headers: PREFLIGHT },
  { headers: [...PREFLIGHT, 'X-HTTP-Method-Override', 'OPTIONS'] },
  { method: 'POST', headers: [...PREFLIGHT, 'X-Forwarded-Method', 'OPTIONS'] },
  { method: 'HEAD' },
  { method: 'OPTIONS' },
  { method: 'DELETE' },
  { method: 'POST', body: Buffer.alloc(1000) },
  { method: 'POST', body: Buffer.alloc(1000), isChunked: true },
  { path: '/orders/7.css' },
  { path: '/orders/7.php?a=b' },
  { path: '/orders/' },
  { path: '/%6frders/7' },
  { path: '/orders/../orders/7' },
  { path: '/orders//7' },
];

/** All of them, in both versions of HTTP where they can be said in both. */
export function sendWithoutKey({ http, http2 }: Ports): Promise<Answer[]> {
  const overHttp2 = requests.filter(({ body, headers }) => !body && headers !== WEBSOCKET);
  return Promise.all([
    ...requests.map((sent) => send(http, sent)),
    ...overHttp2.map((sent) => sendHttp2(http2, sent)),
  ]);
}
