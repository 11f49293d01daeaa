import { type Environment, empty, notSet } from './wrong-variable.js';

/** Where the server's own certificate is, as `KEYSTAMP_TLS_*` name it. */
export interface TlsSettings {
  /** PEM: the server's certificate, and after it those between it and the CA. */
  readonly certFile: string;
  /** PEM, without a passphrase. */
  readonly keyFile: string;
  /** PEM: the CAs that sign clients' certificates. Null: clients need none. */
  readonly clientCaFile: string | null;
}

export const CERT_FILE = 'KEYSTAMP_TLS_CERT_FILE';
export const KEY_FILE = 'KEYSTAMP_TLS_KEY_FILE';
export const CLIENT_CA_FILE = 'KEYSTAMP_TLS_CLIENT_CA_FILE';

/** Null: the server speaks plain HTTP. */
export function readTlsSettings(env: Environment): TlsSettings | null {
  const certFile = path(env, CERT_FILE, 'plain HTTP');
  const keyFile = path(env, KEY_FILE, 'plain HTTP');
  const clientCaFile = path(env, CLIENT_CA_FILE, "TLS without clients' certificates");
  if (certFile === null && keyFile === null && clientCaFile === null) return null;
  if (certFile === null) throw notSet(CERT_FILE, keyFile === null ? CLIENT_CA_FILE : KEY_FILE);
  if (keyFile === null) throw notSet(KEY_FILE, CERT_FILE);
  return { certFile, keyFile, clientCaFile };
}

/** A variable that was to be filled in and was not would switch the protection off, without a word. */
function path(env: Environment, name: string, otherwise: string): string | null {
  const text = env[name];
  if (text === '') throw empty(name, "a PEM file's path", otherwise);
  return text ?? null;
}
