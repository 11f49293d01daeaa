import { editDistance } from './edit-distance.js';

/** How a connection is encrypted, and what is checked of the server's certificate. */
export const SSL_MODES = ['disable', 'require', 'verify-ca', 'verify-full'] as const;
export type SslMode = (typeof SSL_MODES)[number];

/** Which servers are taken. */
export const TARGET_SESSION_ATTRS = ['any', 'read-write', 'primary'] as const;
export type TargetSessionAttrs = (typeof TARGET_SESSION_ATTRS)[number];

const MAX_CONNECT_TIMEOUT_SECONDS = 600;

type Check = (value: string) => string | null;

const oneOf =
  (choices: readonly string[]): Check =>
  (value) =>
    choices.includes(value) ? null : `expected ${choices.join(', ')}`;
const anything: Check = () => null;
const aPath: Check = (value) => (value === '' ? "expected a file's path" : null);

/** What is read of a URL's parameters, beside those that name its parts. */
const TAKEN: Readonly<Record<string, Check>> = {
  sslmode: faultOfSslMode,
  sslrootcert: aPath,
  sslcert: aPath,
  sslkey: aPath,
  sslnegotiation: oneOf(['postgres', 'direct']),
  ssl: oneOf(['true', 'false', '1', '0']),
  target_session_attrs: faultOfTarget,
  connect_timeout: faultOfTimeout,
  application_name: anything,
  fallback_application_name: anything,
  client_encoding: anything,
  options: anything,
  statement_timeout: anything,
  lock_timeout: anything,
  idle_in_transaction_session_timeout: anything,
  query_timeout: anything,
  host: anything,
  port: anything,
  dbname: anything,
  user: anything,
  password: anything,
};

/** Left out, each of these would lead elsewhere, or to less security than was written. */
const REFUSED: Readonly<Record<string, string>> = {
  hostaddr: 'write the address as the host',
  service: 'write the host and the database into the URL',
  sslpassword: 'decrypt the file of sslkey',
};

/** Why a parameter of a PostgreSQL URL is not taken; null: it is. One that nothing here reads is ignored. */
export function faultOfParameter(name: string, value: string): string | null {
  if (Object.hasOwn(TAKEN, name)) {
    const fault = TAKEN[name]?.(value) ?? null;
    return fault === null ? null : `its parameter ${name} is wrong: ${fault}`;
  }
  if (Object.hasOwn(REFUSED, name)) {
    return `its parameter ${name} is not supported: ${REFUSED[name]}`;
  }
  const near = nearestOf(name);
  if (near !== null) return `its parameter ${name} is not known. Is ${near} meant?`;
  return name.startsWith('ssl') ? `its parameter ${name} is not supported` : null;
}

/** Why a mode of TLS is not taken; null: it is. */
export function faultOfSslMode(value: string): string | null {
  if (value === 'prefer' || value === 'allow') {
    return `${value} may send everything unencrypted. Expected ${SSL_MODES.join(', ')}`;
  }
  return oneOf(SSL_MODES)(value);
}

function faultOfTarget(value: string): string | null {
  if (['read-only', 'standby', 'prefer-standby'].includes(value)) {
    return `Keystamp writes, and ${value} asks for a server that takes no writes. Expected ${TARGET_SESSION_ATTRS.join(', ')}`;
  }
  return oneOf(TARGET_SESSION_ATTRS)(value);
}

function faultOfTimeout(value: string): string | null {
  const seconds = /^\d{1,3}$/.test(value) ? Number(value) : 0;
  if (seconds >= 1 && seconds <= MAX_CONNECT_TIMEOUT_SECONDS) return null;
  return `expected whole seconds from 1 to ${MAX_CONNECT_TIMEOUT_SECONDS}`;
}

/** A name that differs by one letter, by two that changed places, by case or by its "_". */
function nearestOf(name: string): string | null {
  const bare = (text: string) => text.toLowerCase().replaceAll(/[_-]/g, '');
  const isNear = (known: string) => known.length > 5 && editDistance(bare(name), bare(known)) <= 1;
  return Object.keys(TAKEN).find(isNear) ?? null;
}
