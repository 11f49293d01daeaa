import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { ArgumentError } from '../errors.js';
import { faultOfSslMode, type PostgresUrl, type SslMode } from '../rules/index.js';

type FileParameter = 'sslrootcert' | 'sslcert' | 'sslkey';

/** What of a file is wrong, after its name. */
class FileFault extends Error {}

/**
 * TLS of one URL, as libpq means its parameters. Where the URL says nothing, PostgreSQL's environment does (`PGSSLMODE`,
 * `PGSSLROOTCERT`, `PGSSLCERT`, `PGSSLKEY`).
 *
 * - `disable`: none. The default without any of the parameters.
 * - `require`: encrypted; with `sslrootcert` the same as `verify-ca`, else the server's certificate is not checked.
 * - `verify-ca`: an authority in `sslrootcert` signed the certificate.
 * - `verify-full`: that, and the certificate is for the host. The default where a file or `ssl=true` is given. Without
 *   `sslrootcert`, or with `system`, the authorities are Node's, and those of `NODE_EXTRA_CA_CERTS`.
 *
 * Source: https://www.postgresql.org/docs/current/libpq-ssl.html
 */
export class Tls {
  readonly mode: SslMode;
  readonly #files: ReadonlyMap<FileParameter, string>;
  #options: ConnectionOptions = {};

  /** Throws `ArgumentError` for parameters that do not go together, and for a file that cannot be read. */
  constructor(field: string, { parameters }: PostgresUrl, env: NodeJS.ProcessEnv = process.env) {
    this.#files = filesOf(parameters, env);
    this.mode = modeOf(field, parameters, this.#files, env);
    const fault = this.#faultOfFiles(parameters);
    if (fault !== null) throw new ArgumentError(field, fault);
    try {
      this.#options = this.#read();
    } catch (error) {
      if (!(error instanceof FileFault)) throw error;
      throw new ArgumentError(field, error.message);
    }
  }

  /** True: the authorities are those of a file. */
  get hasRootCert(): boolean {
    return this.#files.has('sslrootcert');
  }

  /**
   * For a new connection. Files are read again, so that a certificate that is renewed takes effect without a new start; one
   * that is no longer good leaves the last one in force.
   */
  optionsFor(host: string): ConnectionOptions | false {
    // A Unix socket has no TLS.
    if (this.mode === 'disable' || host.startsWith('/')) return false;
    try {
      this.#options = this.#read();
    } catch (error) {
      if (!(error instanceof FileFault)) throw error;
    }
    return { ...this.#options };
  }

  #faultOfFiles(parameters: PostgresUrl['parameters']): string | null {
    if (this.mode === 'disable') {
      return parameters.get('sslnegotiation') === 'direct'
        ? 'sslmode=require, verify-ca or verify-full beside sslnegotiation=direct'
        : null;
    }
    if (this.#files.has('sslcert') !== this.#files.has('sslkey')) {
      return 'sslcert and sslkey together: the certificate of the client and its key';
    }
    return this.mode === 'verify-ca' && !this.hasRootCert
      ? 'sslrootcert beside sslmode=verify-ca: a public authority signs certificates for everybody. Or use sslmode=verify-full'
      : null;
  }

  #read(): ConnectionOptions {
    if (this.mode === 'disable') return {};
    const ca = this.#readFile('sslrootcert', checkCertificates);
    const cert = this.#readFile('sslcert', checkCertificates);
    const key = this.#readFile('sslkey', checkKey);
    if (cert !== null && key !== null) {
      if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) {
        throw new FileFault('sslkey to be the key of the certificate in sslcert; it is another');
      }
    }
    return {
      ...(ca === null ? {} : { ca }),
      ...(cert === null ? {} : { cert }),
      ...(key === null ? {} : { key }),
      ...this.#checks(ca !== null),
    };
  }

  #checks(hasRootCert: boolean): ConnectionOptions {
    if (this.mode === 'verify-full') return {};
    if (this.mode === 'require' && !hasRootCert) return { rejectUnauthorized: false };
    return { checkServerIdentity: () => undefined };
  }

  #readFile(name: FileParameter, check: (text: string) => string | null): string | null {
    const path = this.#files.get(name);
    if (path === undefined) return null;
    const text = readText(name, path);
    const fault = check(text);
    if (fault !== null) throw new FileFault(`${name}=${path} to be ${fault}`);
    return text;
  }
}

function filesOf(
  parameters: PostgresUrl['parameters'],
  env: NodeJS.ProcessEnv,
): ReadonlyMap<FileParameter, string> {
  const files = new Map<FileParameter, string>();
  for (const name of ['sslrootcert', 'sslcert', 'sslkey'] as const) {
    const path = parameters.get(name) ?? env[`PG${name.toUpperCase()}`];
    // Those of Node, as without it.
    if (path && !(name === 'sslrootcert' && path === 'system')) files.set(name, path);
  }
  return files;
}

function modeOf(
  field: string,
  parameters: PostgresUrl['parameters'],
  files: ReadonlyMap<FileParameter, string>,
  env: NodeJS.ProcessEnv,
): SslMode {
  const given = parameters.get('sslmode');
  if (given !== undefined) return given as SslMode;
  const ssl = parameters.get('ssl');
  if (ssl !== undefined) return ['true', '1'].includes(ssl) ? 'verify-full' : 'disable';
  const outer = env['PGSSLMODE'];
  if (outer) {
    const fault = faultOfSslMode(outer);
    if (fault !== null) throw new ArgumentError(field, `another PGSSLMODE; ${fault}`);
    return outer as SslMode;
  }
  return files.size > 0 || parameters.has('sslrootcert') ? 'verify-full' : 'disable';
}

function readText(name: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new FileFault(`${name}=${path} to be a file that can be read; ${code}`);
  }
}

/** What the file should be; null: it is. Each of its certificates is looked at: OpenSSL ignores what it cannot read. */
function checkCertificates(text: string): string | null {
  const blocks = text.match(/-----BEGIN [A-Z ]*CERTIFICATE-----[\s\S]*?-----END [A-Z ]*-----/g);
  const expected = 'a PEM file with certificates (-----BEGIN CERTIFICATE-----)';
  if (blocks === null) return `${expected}; it holds none`;
  try {
    for (const block of blocks) new X509Certificate(block);
    return null;
  } catch {
    return `${expected}; one of them cannot be read`;
  }
}

function checkKey(text: string): string | null {
  try {
    createPrivateKey(text);
    return null;
  } catch (error) {
    const isEncrypted =
      (error as { code?: unknown }).code === 'ERR_MISSING_PASSPHRASE' || /ENCRYPTED/.test(text);
    const reason = isEncrypted ? 'it is encrypted' : 'it holds none that can be read';
    return `a PEM file with a private key that is not encrypted; ${reason}`;
  }
}
