import { ArgumentError } from 'keystamp';
import type { ListenAddress } from './config.js';

/** A reason not to start, in one line for people. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure';
}

/** Why the port could not be had. `other`: the URL of another Keystamp that has it; null: none is known to. */
export function listenFailure(
  cause: unknown,
  { host, port }: { host: string; port: number },
  other: string | null = null,
): StartFailure {
  const { code, message: reason } = cause as NodeJS.ErrnoException;
  const message =
    code === 'EADDRINUSE'
      ? `${placeOf({ host, port })} ${takenBy(other)}`
      : `KEYSTAMP_PORT: got "${port}", expected a port that can be listened on; ${reason}`;
  return new StartFailure(message, { cause });
}

function takenBy(other: string | null): string {
  return other === null
    ? 'is in use by another program: set KEYSTAMP_PORT to a free port'
    : `is in use by another Keystamp: open ${other}, or set KEYSTAMP_PORT to a free port`;
}

/** Why the metrics cannot be served on the address of their own. */
export function metricsListenFailure(cause: unknown, address: ListenAddress): StartFailure {
  const expected = 'an address of this machine with a free port';
  const reason = cause instanceof Error ? cause.message : String(cause);
  const message = `KEYSTAMP_METRICS: got "${placeOf(address)}", expected ${expected}; ${reason}`;
  return new StartFailure(message, { cause });
}

function placeOf({ host, port }: ListenAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** The library's arguments that come from the environment. */
const URLS: Readonly<Record<string, string>> = {
  database: 'DATABASE_URL',
  listenDatabase: 'LISTEN_DATABASE_URL',
};

/** Which URL of a database the library does not take, and what it would; what came may hold a password. Null: another failure. */
export function urlFailure(cause: unknown): StartFailure | null {
  const name = cause instanceof ArgumentError ? URLS[cause.field] : undefined;
  if (name === undefined) return null;
  const { expected } = cause as ArgumentError;
  return new StartFailure(`${name}: the value is not shown, expected ${expected}`, { cause });
}
