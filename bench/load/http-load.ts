import { connect, type Socket } from 'node:net';

export interface HttpLoad {
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly connections: number;
  readonly seconds: number;
  readonly expectedStatus: number;
}

/**
 * Requests over kept connections, the next on each as soon as the last is answered. Returns how many were answered
 * in a second. Any other status, and a connection that ends, is an error. Bodies need a `Content-Length`, or none.
 */
export async function loadHttp(load: HttpLoad): Promise<number> {
  const clients = await Promise.all(
    Array.from({ length: load.connections }, () => openClient(load)),
  );
  const from = performance.now();
  const until = from + load.seconds * 1000;
  const counts = await Promise.all(clients.map((client) => client.run(until)));
  const answered = counts.reduce((sum, count) => sum + count, 0);
  return (answered / (performance.now() - from)) * 1000;
}

async function openClient(load: HttpLoad): Promise<{ run(until: number): Promise<number> }> {
  const socket = connect({ port: load.port, host: '127.0.0.1', noDelay: true });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  return { run: (until) => run(socket, load, until) };
}

function run(socket: Socket, load: HttpLoad, until: number): Promise<number> {
  const request = requestOf(load);
  const status = `HTTP/1.1 ${load.expectedStatus} `;
  let answered = 0;
  let received = '';
  return new Promise((resolve, reject) => {
    const finish = () => {
      socket.removeAllListeners();
      socket.destroy();
      resolve(answered);
    };
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('The server closed a connection')));
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      const length = lengthOfAnswer(received);
      if (length === null || received.length < length) return;
      if (!received.startsWith(status))
        return void reject(new Error(`Unexpected answer: ${received.slice(0, 80)}`));
      received = received.slice(length);
      answered++;
      if (performance.now() >= until) finish();
      else socket.write(request);
    });
    socket.write(request);
  });
}

function requestOf({ path, headers }: HttpLoad): string {
  const lines = Object.entries({ host: '127.0.0.1', ...headers }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  return `GET ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`;
}

/** Null while the head is not there whole. */
function lengthOfAnswer(text: string): number | null {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd === -1) return null;
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, headEnd + 2));
  return headEnd + 4 + Number(length?.[1] ?? 0);
}
