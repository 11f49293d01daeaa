import type { TargetSessionAttrs } from '../../rules/index.js';
import type { Executor } from '../database.js';
import { StandbyError } from '../standby.js';

const text = `select pg_catalog.pg_is_in_recovery() as in_recovery,
  pg_catalog.current_setting('default_transaction_read_only') as read_only`;

/** The server takes no writes, though it is no standby. Its code is that of a refused write. */
class ReadOnlyServerError extends Error {
  override readonly name = 'ReadOnlyServerError';
  readonly code = '25006';

  constructor() {
    super('The server is read-only (default_transaction_read_only is on).');
  }
}

/**
 * Throws where the session is none of those that were asked for.
 *
 * Source: https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-TARGET-SESSION-ATTRS
 */
export async function checkSessionAttrs(
  executor: Executor,
  wanted: TargetSessionAttrs,
): Promise<void> {
  if (wanted === 'any') return;
  const { rows } = await executor.query<{ in_recovery: boolean; read_only: string }>(text);
  if (rows[0]?.in_recovery) throw new StandbyError();
  if (wanted === 'read-write' && rows[0]?.read_only === 'on') throw new ReadOnlyServerError();
}
