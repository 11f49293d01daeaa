import { once } from 'node:events';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createKeyServer, type KeyServer } from './support/key-server.js';

const IDLE = 2_000;
const SLOW = 50;

let server: KeyServer;
let port: number;
const sockets: Socket[] = [];

beforeAll(async () => {
  server = await createKeyServer();
  await server.app.listen({ host: '127.0.0.1', port: 0 });
  port = (server.app.server.address() as AddressInfo).port;
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await server.close();
});

async function open(): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** The status of an answer on a connection of its own. */
function verify(apiKey: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${apiKey}` };
    const asking = request({ port, host: '127.0.0.1', path: '/verify', headers, agent: false });
    asking.on('error', reject);
    asking.on('response', (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode));
    });
    asking.end();
  });
}

it('K4 beside 2,000 idle connections and slow clients a key is judged as ever', async () => {
  const { apiKey, key } = await server.issue();
  for (let i = 0; i < IDLE; i += 100) await Promise.all(Array.from({ length: 100 }, open));
  const slow = await Promise.all(Array.from({ length: SLOW }, open));
  // A head that stops half-way, and a body that stops after its first byte.
  for (const socket of slow.slice(0, SLOW / 2)) socket.write('GET /verify HTTP/1.1\r\nHo');
  const head =
    'POST /api/auth/sign-in HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json';
  for (const socket of slow.slice(SLOW / 2)) socket.write(`${head}\r\ncontent-length: 50\r\n\r\n{`);

  expect(await verify(apiKey)).toBe(204);
  expect(await Promise.all(Array.from({ length: 20 }, () => verify(apiKey)))).toEqual(
    Array(20).fill(204),
  );
  await server.keystamp.revokeApiKey(key.id);
  expect(await verify(apiKey)).toBe(401);

  // A slow client is not forgotten either: what it sends in pieces is answered.
  const [first] = slow as [Socket];
  first.setEncoding('utf8');
  const answered = once(first, 'data');
  for (const piece of ['st: loc', 'alhost\r\n', '\r', '\n']) first.write(piece);
  expect((await answered)[0]).toMatch(/^HTTP\/1\.1 401 /);
});
