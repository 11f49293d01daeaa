import type { ClientConfig } from 'pg';
import type { PostgresPlace, PostgresUrl } from '../rules/index.js';

/** Parameters of a URL that node-postgres takes by the same name. */
const PASSED_ON = [
  'application_name',
  'fallback_application_name',
  'client_encoding',
  'options',
  'statement_timeout',
  'lock_timeout',
  'idle_in_transaction_session_timeout',
  'query_timeout',
  'sslnegotiation',
] as const;

/** A server that a connection leads to. `host`: a name, an address, or the folder of a Unix socket. */
export interface Place {
  readonly host: string;
  readonly port: number;
}

/** What a URL leaves open is what PostgreSQL's programs take: the environment, then the default. */
export function toPlace({ host, port }: PostgresPlace): Place {
  const env = process.env;
  return {
    host: host ?? (env['PGHOST'] || 'localhost'),
    port: port ?? (Number(env['PGPORT']) || 5432),
  };
}

/** What node-postgres needs of a URL, without the place and without TLS. */
export function clientConfigOf({
  user,
  password,
  database,
  parameters,
}: PostgresUrl): ClientConfig {
  const passed = PASSED_ON.flatMap((name) => {
    const value = parameters.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(passed),
    ...(user === null ? {} : { user }),
    ...(password === null ? {} : { password }),
    database,
  };
}
