import { durable } from '@keystamp/testing/postgres/durable';
import { type PostgresServer, startPostgres } from '@keystamp/testing/postgres/server';

/** As one would run it, with memory for this size of data. Statements are counted. */
export const durableSettings = {
  ...durable,
  shared_buffers: '512MB',
  max_connections: 100,
  autovacuum_naptime: '1min',
  shared_preload_libraries: 'pg_stat_statements',
} as const;

export function startDurableServer(): Promise<PostgresServer> {
  return startPostgres({ options: durableSettings });
}
