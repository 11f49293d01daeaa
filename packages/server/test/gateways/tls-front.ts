import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** TLS in front of a server on loopback, with a certificate of its own. */
export interface TlsFront {
  readonly port: number;
  /** What signed its certificate. */
  readonly caFile: string;
  /** The paths that were asked for, in order. */
  readonly paths: readonly string[];
  close(): Promise<void>;
}

const OF_LOOPBACK = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];

/** The files go into `home`. */
export async function startTlsFront(home: string, behind: number): Promise<TlsFront> {
  const [caFile, keyFile] = [join(home, 'front.crt'), join(home, 'front.key')];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const files = ['-keyout', keyFile, '-out', caFile, '-days', '1'];
  execFileSync('openssl', ['req', '-x509', ...key, ...files, ...OF_LOOPBACK], { stdio: 'pipe' });
  const paths: string[] = [];
  const tls = { cert: readFileSync(caFile), key: readFileSync(keyFile) };
  const server = createServer(tls, (incoming, response) => {
    const { method, url = '', headers } = incoming;
    paths.push(url);
    const passed = request(
      { host: '127.0.0.1', port: behind, method, path: url, headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    passed.on('error', () => response.destroy());
    incoming.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    caFile,
    paths,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
