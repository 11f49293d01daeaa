import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { CERT_FILE, CLIENT_CA_FILE, KEY_FILE, type TlsSettings } from '../config/tls-settings.js';
import { type PemFiles, wrongFile } from './pem-files.js';

/** A certificate that can be served with its key. */
export interface ServerCertificate {
  readonly files: PemFiles;
  readonly validFrom: Date;
  readonly validTo: Date;
  /** SHA-256, as `openssl x509 -fingerprint -sha256` writes it. */
  readonly fingerprint: string;
}

/** Checks that the files fit together. Throws a `StartFailure` that names the variable of the one that does not. */
export function readCertificate(files: PemFiles, settings: TlsSettings): ServerCertificate {
  const leaf = leafOf(files.cert, settings);
  requireKeyOf(leaf, keyOf(files.key, settings), settings);
  requireClientCas(files.clientCa, settings);
  requireUsable(files, settings);
  return {
    files,
    validFrom: new Date(leaf.validFrom),
    validTo: new Date(leaf.validTo),
    fingerprint: leaf.fingerprint256,
  };
}

/** What OpenSSL takes. TLS 1.2 at least, whatever NODE_OPTIONS says. */
export function secureContextOf({ cert, key, clientCa }: PemFiles): SecureContextOptions {
  return { cert, key, minVersion: 'TLSv1.2', ...(clientCa === null ? {} : { ca: clientCa }) };
}

function leafOf(pem: string, { certFile }: TlsSettings): X509Certificate {
  const expected = "the server's certificate in PEM, and after it those between it and the CA";
  try {
    const [leaf] = certificatesIn(pem);
    if (leaf !== undefined) return leaf;
  } catch (cause) {
    throw wrongFile(CERT_FILE, certFile, expected, cause);
  }
  throw wrongFile(CERT_FILE, certFile, expected);
}

function certificatesIn(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
  return (blocks ?? []).map((block) => new X509Certificate(block));
}

/** The reason of OpenSSL is not shown: it says nothing to people, and it is about a secret. */
function keyOf(pem: string, { keyFile }: TlsSettings): KeyObject {
  if (/ENCRYPTED/.test(pem)) {
    throw wrongFile(KEY_FILE, keyFile, 'a key without a passphrase: this one is encrypted');
  }
  try {
    return createPrivateKey(pem);
  } catch {
    throw wrongFile(KEY_FILE, keyFile, 'a private key in PEM');
  }
}

function requireKeyOf(leaf: X509Certificate, key: KeyObject, settings: TlsSettings): void {
  if (leaf.checkPrivateKey(key)) return;
  const { certFile, keyFile } = settings;
  const expected = `the key of the first certificate in ${CERT_FILE} (${certFile})`;
  throw wrongFile(KEY_FILE, keyFile, expected);
}

function requireClientCas(pem: string | null, { clientCaFile }: TlsSettings): void {
  if (pem === null) return;
  const expected = "the CA certificates of clients' certificates in PEM";
  try {
    if (certificatesIn(pem).length > 0) return;
  } catch (cause) {
    throw wrongFile(CLIENT_CA_FILE, clientCaFile as string, expected, cause);
  }
  throw wrongFile(CLIENT_CA_FILE, clientCaFile as string, expected);
}

/** OpenSSL has rules of its own: a key of 1,024 bits is too small, and each certificate in the file must be whole. */
function requireUsable(files: PemFiles, { certFile }: TlsSettings): void {
  try {
    createSecureContext(secureContextOf(files));
  } catch (cause) {
    throw wrongFile(CERT_FILE, certFile, 'a certificate and a key that OpenSSL takes', cause);
  }
}
