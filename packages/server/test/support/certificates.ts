import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Node can read certificates and cannot make them: without openssl these tests are skipped. */
export const hasOpenssl = isInstalled();

function isInstalled(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    // The continuous integration installs it, and fails without it.
    return process.env['CI'] !== undefined;
  }
}

/** Files of a certificate and its key, and what stands in them. */
export interface Pair {
  readonly certFile: string;
  readonly keyFile: string;
  readonly cert: string;
  readonly key: string;
  readonly fingerprint: string;
}

export interface CertificateFolder {
  readonly path: string;
  /** Signed by `ca`; without one it is a CA of its own. Of localhost and 127.0.0.1, for a day. */
  make(name: string, ca?: Pair, key?: readonly string[]): Pair;
  /** Writes a file; gives its path. */
  write(name: string, text: string): string;
  remove(): void;
}

const P256 = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];

/** A folder for certificates that are made by OpenSSL, each with a new key. */
export function makeCertificateFolder(): CertificateFolder {
  const path = mkdtempSync(join(tmpdir(), 'keystamp-tls-'));
  return {
    path,
    make: (name, ca, key = P256) => make(path, name, ca, key),
    write: (name, text) => {
      writeFileSync(join(path, name), text);
      return join(path, name);
    },
    remove: () => rmSync(path, { recursive: true }),
  };
}

function make(folder: string, name: string, ca: Pair | undefined, key: readonly string[]): Pair {
  const certFile = join(folder, `${name}.crt`);
  const keyFile = join(folder, `${name}.key`);
  const ofCa = ca === undefined ? [] : ['-CA', ca.certFile, '-CAkey', ca.keyFile];
  const isCa = ca === undefined ? 'CA:TRUE' : 'CA:FALSE';
  const extensions = [
    `basicConstraints=critical,${isCa}`,
    'subjectAltName=DNS:localhost,IP:127.0.0.1',
  ];
  const added = extensions.flatMap((each) => ['-addext', each]);
  const what = ['-subj', `/CN=${name}`, '-days', '1', ...added];
  const files = ['-nodes', '-keyout', keyFile, '-out', certFile];
  execFileSync('openssl', ['req', '-x509', ...key, ...files, ...what, ...ofCa], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const cert = readFileSync(certFile, 'utf8');
  const { fingerprint256: fingerprint } = new X509Certificate(cert);
  return { certFile, keyFile, cert, key: readFileSync(keyFile, 'utf8'), fingerprint };
}
