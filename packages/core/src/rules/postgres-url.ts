import { faultOfParameter } from './postgres-parameters.js';

/** What an address of a PostgreSQL database looks like. */
export const POSTGRES_URL_EXPECTED =
  'a PostgreSQL URL like postgres://user:password@host:5432/database';

/** One server of a URL. Null: what PostgreSQL's environment says (`PGHOST`, `PGPORT`), or its default. */
export interface PostgresPlace {
  readonly host: string | null;
  readonly port: number | null;
}

/** A URL taken apart. Escapes are decoded. */
export interface PostgresUrl {
  readonly user: string | null;
  readonly password: string | null;
  /** At least one, in the order in which they are tried. */
  readonly places: readonly PostgresPlace[];
  readonly database: string;
  /** The other parameters, by name. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** `fault` says which part is wrong and how to write it. It never repeats a part, which may be a password. */
export type ReadPostgresUrl =
  | { readonly ok: true; readonly url: PostgresUrl }
  | { readonly ok: false; readonly fault: string };

/** Thrown and caught in this file. */
class Fault extends Error {}

/**
 * Reads a URL as PostgreSQL's own programs do: `postgres://user:password@host:5432,other:5433/database?name=value`.
 * Characters with a meaning have to be escaped.
 *
 * Source: https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS
 */
export function readPostgresUrl(text: string): ReadPostgresUrl {
  try {
    return { ok: true, url: read(text.trim()) };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { ok: false, fault: error.message };
  }
}

function read(text: string): PostgresUrl {
  const { authority, path, query } = split(afterScheme(text));
  const parameters = readParameters(query);
  const take = (name: string) => {
    const value = parameters.get(name) ?? null;
    parameters.delete(name);
    return value;
  };
  const end = authority.lastIndexOf('@');
  const { user, password } = readCredentials(authority.slice(0, Math.max(end, 0)));
  const places = readPlaces(authority.slice(end + 1), take('host'), take('port'));
  const database = take('dbname') ?? decode('the database name', path);
  if (database === '') throw new Fault(noDatabase(places));
  return {
    user: take('user') ?? user,
    password: take('password') ?? password,
    places,
    database,
    parameters,
  };
}

function noDatabase(places: readonly PostgresPlace[]): string {
  return places.every(({ host }) => host === null)
    ? 'it names neither a host nor a database'
    : 'it names no database: write its name after the host, like /keys';
}

function afterScheme(text: string): string {
  if (text === '') throw new Fault('it is empty');
  if (/^["'`]/.test(text)) throw new Fault('it begins with a quotation mark: remove it');
  const [start, scheme] = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text) ?? [];
  if (start === undefined || scheme === undefined) {
    throw new Fault('it has no scheme: begin with postgres://');
  }
  if (!/^postgres(ql)?$/.test(scheme)) throw new Fault(`its scheme is ${scheme}, not postgres`);
  return text.slice(start.length);
}

interface Parts {
  readonly authority: string;
  readonly path: string;
  readonly query: string;
}

function split(rest: string): Parts {
  const hash = rest.indexOf('#');
  if (hash >= 0) throw new Fault(unescaped(partAt(rest, hash), '#'));
  const [, authority = '', path = '', query = ''] =
    /^([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/s.exec(rest) ?? [];
  if (!authority.includes('@')) requireNoLateAt(rest, path, query);
  const part = ['the database name', path] as const;
  if (path.includes('@')) throw new Fault(unescaped(part[0], '@'));
  if (path.includes('/')) throw new Fault(unescaped(part[0], '/'));
  return { authority, path, query };
}

/** An "@" behind a "/" or a "?" ends a user name or a password that holds that character. */
function requireNoLateAt(rest: string, path: string, query: string): void {
  const name = query.split(/[=&]/, 1)[0] ?? '';
  if (path.includes('@')) throw new Fault(unescaped(partAt(rest, rest.indexOf('/')), '/'));
  if (name.includes('@')) throw new Fault(unescaped(partAt(rest, rest.indexOf('?')), '?'));
}

/** What a character belongs to that is not escaped. What stands before the last "@" is a user or a password. */
function partAt(rest: string, at: number): string {
  const before = rest.slice(0, at);
  if (at < rest.lastIndexOf('@')) return before.includes(':') ? 'the password' : 'the user name';
  if (before.includes('?')) return 'a parameter';
  return before.includes('/') ? 'the database name' : 'the host';
}

function unescaped(part: string, character: string): string {
  const written = `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  return `${part} holds "${character}": write it as ${written}`;
}

function readCredentials(text: string): Pick<PostgresUrl, 'user' | 'password'> {
  const colon = text.indexOf(':');
  const user = colon < 0 ? text : text.slice(0, colon);
  const password = colon < 0 ? '' : text.slice(colon + 1);
  for (const [part, value] of [
    ['the user name', user],
    ['the password', password],
  ] as const) {
    if (value.includes('@')) throw new Fault(unescaped(part, '@'));
  }
  return {
    user: decode('the user name', user) || null,
    password: decode('the password', password) || null,
  };
}

/** `host` and `port` of the parameters go before those of the authority. */
function readPlaces(list: string, host: string | null, port: string | null): PostgresPlace[] {
  const written = list.split(',').map(readPlace);
  const hosts = host === null ? written.map((each) => each.host) : host.split(',').map(orNull);
  const ports =
    port === null
      ? written.map((each) => each.port)
      : port.split(',').map((each) => readPort(each));
  if (hosts.length > 1 && hosts.includes(null)) {
    throw new Fault('a host is missing: write a name before and behind each ","');
  }
  if (ports.length > 1 && ports.length !== hosts.length) {
    throw new Fault(`it has ${hosts.length} hosts and ${ports.length} ports`);
  }
  return hosts.map((each, i) => ({ host: each, port: ports[i] ?? ports[0] ?? null }));
}

function readPlace(text: string): PostgresPlace {
  const [, address, name, port] =
    /^(?:\[([0-9a-f:.%]+)\]|([^:[\]]*))(?::([^:]*))?$/is.exec(text) ?? [];
  if (address === undefined && name === undefined) {
    throw new Fault('a host cannot be read: write an IPv6 address in brackets, like [::1]:5432');
  }
  const host = address ?? decode('the host', name ?? '');
  if (!host.startsWith('/') && /[^\p{L}\p{N}._~:%-]/u.test(host)) {
    throw new Fault('the host holds a character that is not part of a name');
  }
  return { host: orNull(host), port: readPort(port ?? '') };
}

function orNull(text: string): string | null {
  return text === '' ? null : text;
}

function readPort(text: string): number | null {
  if (text === '') return null;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= 65_535) return port;
  throw new Fault(
    'the port is not a number from 1 to 65535. Where a user and a password stand before it, "@" ends them',
  );
}

function readParameters(query: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const pair of query.split('&').filter((each) => each !== '')) {
    const equals = pair.indexOf('=');
    const name = equals < 0 ? pair : pair.slice(0, equals);
    if (!/^[a-z0-9_.-]{1,60}$/i.test(name)) {
      throw new Fault('the name of a parameter, behind "?" or "&", cannot be read');
    }
    const value = decode(`the parameter ${name}`, equals < 0 ? '' : pair.slice(equals + 1));
    const fault = faultOfParameter(name, value);
    if (fault !== null) throw new Fault(fault);
    parameters.set(name, value);
  }
  return parameters;
}

function decode(part: string, text: string): string {
  if (/%(?![0-9a-f]{2})/i.test(text)) throw new Fault(unescaped(part, '%'));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  if (/[\s\x00-\x1f\x7f]/.test(text)) {
    throw new Fault(`${part} holds white space: write a space as %20`);
  }
  const value = decoded(text);
  if (value === null) throw new Fault(`${part} holds escapes that are not UTF-8`);
  if (value.includes('\0')) throw new Fault(`${part} holds %00, which PostgreSQL does not take`);
  return value;
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
