// Requests that load a server, from a process of their own: node hostile.ts <port> <connections> <kind> <cookie>. Each connection
// sends its next request as soon as the last is answered. Asked for anything, it says which statuses came and how often.
import { connect } from 'node:net';

const [port = '', connections = '', kind = '', cookie = ''] = process.argv.slice(2);
const statuses: Record<string, number> = {};
let opened = 0;

function post(path: string, body: object): string {
  const text = JSON.stringify(body);
  const session = cookie === '' ? '' : `cookie: ${cookie}\r\nsec-fetch-site: same-origin\r\n`;
  return `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${session}content-type: application/json\r\ncontent-length: ${text.length}\r\n\r\n${text}`;
}

function requestOf(i: number, answer: string): string {
  if (kind === 'sign-ins') {
    return post('/api/auth/login', { email: `user${i}@example.com`, password: 'a wrong password' });
  }
  const [, id] = /"id":"([0-9a-f-]{36})"/.exec(answer) ?? [];
  if (id === undefined) return post('/api/api-keys', { name: 'Made to be deleted' });
  return `DELETE /api/api-keys/${id} HTTP/1.1\r\nhost: 127.0.0.1\r\ncookie: ${cookie}\r\nsec-fetch-site: same-origin\r\n\r\n`;
}

function open(i: number): void {
  const socket = connect({ port: Number(port), host: '127.0.0.1', noDelay: true });
  let received = '';
  socket.on('connect', () => {
    opened++;
    socket.write(requestOf(i, ''));
  });
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1');
    const end = received.indexOf('\r\n\r\n');
    if (end < 0) return;
    const length = /\r\ncontent-length: (\d+)/i.exec(received.slice(0, end + 2));
    if (received.length < end + 4 + Number(length?.[1] ?? 0)) return;
    const status = received.slice(9, 12);
    statuses[status] = (statuses[status] ?? 0) + 1;
    socket.write(requestOf(i, received));
    received = '';
  });
  socket.on('error', () => {
    statuses['broken'] = (statuses['broken'] ?? 0) + 1;
  });
}

process.on('message', () => process.send?.({ opened, statuses }));
process.on('disconnect', () => process.exit());
for (let i = 0; i < Number(connections); i++) open(i);
process.send?.({ ready: true });
