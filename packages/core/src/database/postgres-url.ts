import { type ConnectionOptions, parse } from 'pg-connection-string';
import { ArgumentError } from '../errors.js';

const expected = 'a PostgreSQL URL like postgres://user:password@host:5432/name';

/**
 * Refuses what is no URL of a PostgreSQL server. `field` is the argument that held it. The message never
 * repeats the URL, which may hold a password; nor is there a `cause`, whose text might.
 */
export function checkPostgresUrl(field: string, url: unknown): void {
  if (typeof url !== 'string') throw new ArgumentError(field, expected);
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(withHost(url))) {
    throw new ArgumentError(field, `${expected}; ${whatCame(url)}`);
  }
  const { host, database } = read(field, url);
  // It would lead to whatever the defaults of the account are.
  if (!host && !database) {
    throw new ArgumentError(field, `${expected}; it names neither a host nor a database`);
  }
}

function read(field: string, url: string): ConnectionOptions {
  try {
    return parse(url);
  } catch (error) {
    const file = (error as NodeJS.ErrnoException).path;
    throw new ArgumentError(
      field,
      file === undefined ? `${expected}; its parameters cannot be read` : `to read ${file}`,
    );
  }
}

function whatCame(url: string): string {
  if (url.trim() === '') return 'it is empty';
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1];
  if (scheme === undefined) return 'it has no scheme';
  if (!/^postgres(ql)?$/.test(scheme)) return `its scheme is ${scheme}`;
  return 'its host, port or escapes cannot be read';
}

/** The query parameters of a checked URL. */
export function urlParameters(url: string): URLSearchParams {
  return new URL(withHost(url)).searchParams;
}

/** A user without a host (`postgres://ada@/name?host=/run`) is PostgreSQL's way, and no URL by the standard. */
function withHost(url: string): string {
  return url.replace('@/', '@host/');
}
