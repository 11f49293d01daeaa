import { type PostgresServer, startPostgres } from '@keystamp/testing/postgres/server';

/**
 * A server as one would run it: everything that keeps committed data through a crash is on, as it is by default.
 * Only the memory is set to this size of data, and statements are counted.
 */
export const durableSettings = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  shared_buffers: '512MB',
  max_connections: 100,
  autovacuum_naptime: '1min',
  shared_preload_libraries: 'pg_stat_statements',
} as const;

export function startDurableServer(): Promise<PostgresServer> {
  return startPostgres({ options: durableSettings });
}
