import { int32, message, text } from './wire.js';

/** What PostgreSQL tells at the start of a connection. */
const REPORTED = [
  'client_encoding',
  'DateStyle',
  'in_hot_standby',
  'integer_datetimes',
  'IntervalStyle',
  'is_superuser',
  'server_encoding',
  'server_version',
  'session_authorization',
  'standard_conforming_strings',
  'TimeZone',
];

/** One row: the number of the session, and the values of what is reported. */
export const GREETING_QUERY = `select pg_catalog.pg_backend_pid()::text, ${REPORTED.map(
  (name) => `pg_catalog.current_setting('${name}')`,
).join(', ')}`;

export const READY = message('Z', Buffer.from('I'));

/** What a client is greeted with: it is let in, what it has to know, and that it may begin. */
export function greeting([pid, ...values]: readonly (string | null)[]): Buffer {
  const reports = REPORTED.map((name, i) => message('S', text(name), text(values[i] ?? '')));
  // Nothing can be cancelled, so that the key for it is no secret.
  return Buffer.concat([
    message('R', int32(0)),
    ...reports,
    message('K', int32(Number(pid)), int32(0)),
    READY,
  ]);
}
