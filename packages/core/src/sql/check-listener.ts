import type { Executor } from '../database/database.js';
import { clockColumns } from './read-clock.js';

export interface Heartbeat {
  readonly databaseMs: number;
  readonly serverStartedMs: number;
  /** Whether the very session that answers listens on the channel. */
  readonly listens: boolean;
  /** Its number. */
  readonly backendPid: number;
  /** Whether the triggers that tell of changes are all there, and enabled. */
  readonly triggersEnabled: boolean;
  /** A standby passes no notifications on. */
  readonly inRecovery: boolean;
}

/** Those of the migrations 000003, 000006, 000009 and 000013. */
const TRIGGERS = [
  'api_keys_changed',
  'api_keys_updated',
  'api_keys_truncated',
  'users_updated',
  'users_truncated',
  'api_keys_imported',
  'api_keys_imported_deleted',
  'api_keys_imported_updated',
  'api_keys_probed',
  'users_probed',
];

/** What they call. */
const FUNCTIONS = ['notify_key_change', 'notify_user_change', 'notify_everything', 'notify_import'];

const text = `select ${clockColumns}, pg_catalog.pg_is_in_recovery() as in_recovery, pg_catalog.pg_backend_pid() as pid,
  (select pg_catalog.count(*) from pg_catalog.pg_trigger join pg_catalog.pg_proc p on p.oid = tgfoid
    where p.pronamespace = pg_catalog.to_regnamespace('keystamp')::oid and p.proname = any($3::name[]) and tgrelid in (pg_catalog.to_regclass('keystamp.api_keys')::oid, pg_catalog.to_regclass('keystamp.users')::oid)
      and tgname = any($2::name[]) and tgenabled in ('O', 'A')) = pg_catalog.cardinality($2::name[]) as triggers_enabled,
  exists (select from pg_catalog.pg_listening_channels() as channel where channel = $1) as listens`;

export async function checkListener(executor: Executor, channel: string): Promise<Heartbeat> {
  const { rows } = await executor.query<{
    database_ms: number;
    server_ms: number;
    in_recovery: boolean;
    listens: boolean;
    pid: number;
    triggers_enabled: boolean;
  }>(text, [channel, TRIGGERS, FUNCTIONS]);
  const [row] = rows;
  if (row === undefined) throw new Error('The database did not answer the heartbeat.');
  return {
    databaseMs: row.database_ms,
    serverStartedMs: row.server_ms,
    listens: row.listens,
    triggersEnabled: row.triggers_enabled,
    backendPid: row.pid,
    inRecovery: row.in_recovery,
  };
}
