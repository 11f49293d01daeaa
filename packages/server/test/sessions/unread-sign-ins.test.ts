import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestServer, PASSWORD, type TestServer } from '../support/test-server.js';

let server: TestServer;
const sockets: Socket[] = [];
beforeAll(async () => {
  server = await createTestServer({
    env: { KEYSTAMP_TRUST_PROXY: '127.0.0.1' },
    signInLimits: { perAddress: 3 },
  });
  await server.addUser('ada');
  await server.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await server.close();
});

/** Sends the headers of a sign-in. The body is for later, or never comes. */
function begin(from: string, body: string): Socket {
  const socket = connect((server.app.server.address() as AddressInfo).port, '127.0.0.1');
  sockets.push(socket);
  const lines = ['POST /api/auth/login HTTP/1.1', 'host: localhost', `x-forwarded-for: ${from}`];
  lines.push('content-type: application/json', `content-length: ${body.length}`, '', '');
  socket.write(lines.join('\r\n'));
  return socket;
}

async function statusOf(socket: Socket): Promise<string> {
  const [chunk] = await once(socket, 'data');
  return String(chunk).slice(9, 12);
}

const bodyOf = (password: string) => JSON.stringify({ email: 'ada@example.com', password });

async function signIn(from: string, password: string): Promise<string> {
  const body = bodyOf(password);
  const socket = begin(from, body);
  socket.write(body);
  return statusOf(socket);
}

describe('K4: sign-ins whose bodies are not read', () => {
  it('429 for a network that failed too often, which sends no body', async () => {
    const from = '192.0.2.1';
    for (let i = 0; i < 3; i++) expect(await signIn(from, 'wrong')).toBe('401');
    expect(await signIn(from, 'wrong')).toBe('429');
    expect(await statusOf(begin(from, bodyOf('wrong')))).toBe('429');
  });

  it('200 for a browser of another network meanwhile', async () => {
    expect(await signIn('192.0.2.2', PASSWORD)).toBe('200');
  });

  it('200 beside a hundred of the same network that send none', async () => {
    const from = '192.0.2.3';
    const unfinished = Array.from({ length: 100 }, () => begin(from, bodyOf('wrong')));
    await Promise.all(unfinished.map((socket) => once(socket, 'connect')));
    expect(await signIn(from, PASSWORD)).toBe('200');
  });

  it('200 after a hundred of the same network that left', async () => {
    const from = '192.0.2.4';
    for (let i = 0; i < 100; i++) begin(from, bodyOf('wrong')).destroySoon();
    expect(await signIn(from, PASSWORD)).toBe('200');
  });
});
