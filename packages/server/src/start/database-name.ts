import type { DatabaseIdentity } from 'keystamp/database';

/** Which database this is, in one line for people: engine, version, host, port and name. */
export function databaseName(identity: DatabaseIdentity): string {
  if (identity.kind === 'embedded') {
    const { version, folder } = identity;
    return `embedded PostgreSQL ${version} ${folder === null ? 'in memory' : `in ${folder}`}`;
  }
  const { version, host, port, name } = identity;
  return `PostgreSQL ${version} at ${place(host, port)}, database ${name}`;
}

/** The folder of a Unix socket is a place of its own; an IPv6 address has colons too. */
function place(host: string, port: number): string {
  if (host.startsWith('/')) return `${host} (port ${port})`;
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
