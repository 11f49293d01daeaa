import { once } from 'node:events';
import { request } from 'node:https';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';

/** Finishes a handshake on loopback. */
export async function openTlsClient(port: number, options: ConnectionOptions): Promise<TLSSocket> {
  const socket = connect({ host: '127.0.0.1', port, servername: 'localhost', ...options });
  await once(socket, 'secureConnect');
  return socket;
}

/** The fingerprint of the certificate that is served. */
export async function servedAt(port: number, options: ConnectionOptions): Promise<string> {
  const socket = await openTlsClient(port, options);
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}

/** The status of `GET path` on a connection of its own, or the code of the failure. */
export function statusAt(
  port: number,
  path: string,
  options: ConnectionOptions,
): Promise<number | string | undefined> {
  return new Promise((resolve) => {
    request(
      { host: '127.0.0.1', port, path, servername: 'localhost', agent: false, ...options },
      (answer) => {
        answer.resume().once('end', () => resolve(answer.statusCode));
      },
    )
      .once('error', (error: NodeJS.ErrnoException) => resolve(error.code))
      .end();
  });
}
