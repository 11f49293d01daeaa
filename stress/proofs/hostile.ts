// Requests that load a server, from a process of their own: node hostile.ts <port> <connections> <kind> <cookie>. Each connection
// sends its next request as soon as the last is answered. Asked for anything, it says which statuses came and how often.
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { unknownApiKey } from '@keystamp/testing/api-keys';

const [port = '', connections = '', kind = '', cookie = ''] = process.argv.slice(2);
const statuses: Record<string, number> = {};
let opened = 0;

function request(line: string, headers: readonly string[], body = ''): string {
  return [`${line} HTTP/1.1`, 'host: 127.0.0.1', ...headers, '', body].join('\r\n');
}

function post(path: string, body: object, headers: readonly string[] = []): string {
  const text = JSON.stringify(body);
  const ofBody = ['content-type: application/json', `content-length: ${text.length}`];
  return request(`POST ${path}`, [...headers, ...ofBody], text);
}

const ofSession = [`cookie: ${cookie}`, 'sec-fetch-site: same-origin'];

function changeKeys(answer: string): string {
  const [, id] = /"id":"([0-9a-f-]{36})"/.exec(answer) ?? [];
  if (id === undefined) return post('/api/api-keys', { name: 'Made to be deleted' }, ofSession);
  return request(`DELETE /api/api-keys/${id}`, ofSession);
}

/** The next request of the i-th connection after an answer. */
const REQUESTS: Record<string, (i: number, answer: string) => string> = {
  'sign-ins': (i) =>
    post('/api/auth/login', { email: `user${i}@example.com`, password: 'a wrong password' }),
  changes: (_, answer) => changeKeys(answer),
  keys: () => request('GET /verify', [`x-api-key: ${unknownApiKey()}`]),
  'no-keys': () => request('GET /verify', []),
  sessions: () => request('GET /api/auth/me', [madeUpSession()]),
  setup: () => request('GET /api/setup', [madeUpSession()]),
};

function madeUpSession(): string {
  return `cookie: keystamp=${randomBytes(32).toString('base64url')}`;
}

function open(i: number, next: (i: number, answer: string) => string): void {
  const socket = connect({ port: Number(port), host: '127.0.0.1', noDelay: true });
  let received = '';
  socket.on('connect', () => {
    opened++;
    socket.write(next(i, ''));
  });
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1');
    const end = received.indexOf('\r\n\r\n');
    if (end < 0) return;
    const length = /\r\ncontent-length: (\d+)/i.exec(received.slice(0, end + 2));
    if (received.length < end + 4 + Number(length?.[1] ?? 0)) return;
    const status = received.slice(9, 12);
    statuses[status] = (statuses[status] ?? 0) + 1;
    socket.write(next(i, received));
    received = '';
  });
  socket.on('error', () => {
    statuses['broken'] = (statuses['broken'] ?? 0) + 1;
  });
}

process.on('message', () => process.send?.({ opened, statuses }));
process.on('disconnect', () => process.exit());
const next = REQUESTS[kind];
if (next === undefined) throw new Error(`Unknown kind of load: ${kind}`);
for (let i = 0; i < Number(connections); i++) open(i, next);
process.send?.({ ready: true });
