import { defineConfig } from 'vitest/config';
import { findPgBouncer } from './packages/testing/src/postgres/pgbouncer.js';
import { sourceAliases } from './scripts/sources.mjs';

/** Workspace packages are tested from their sources, so that no test needs a build; the global set-up too. */
const fromSource = { resolve: { alias: sourceAliases } };

const GLOBAL_SETUP = new URL('./packages/testing/src/databases/global-setup.ts', import.meta.url)
  .pathname;

/** One suite of a package on one of the databases. */
function onDatabase(
  workspace: 'core' | 'server',
  database: 'embedded' | 'postgres' | 'postgres14' | 'pgbouncer' | 'partitioned',
  files = ['test/**/*.test.ts'],
  env: Record<string, string> = {},
) {
  return {
    ...fromSource,
    test: {
      name: `${workspace}-${database}`,
      root: `packages/${workspace}`,
      include: files,
      // `*.postgres.test.ts` and `*.embedded.test.ts` are about one of the two.
      exclude: [`test/**/*.${database === 'embedded' ? 'postgres' : 'embedded'}.test.ts`],
      environment: 'node' as const,
      // The library's tests find the library's tables alone.
      env: { KEYSTAMP_TEST_DATABASE: database, KEYSTAMP_TEST_SCHEMA: workspace, ...env },
      globalSetup: [GLOBAL_SETUP],
      // Bounds that a busy machine keeps too; nothing waits for them.
      testTimeout: 120_000,
      hookTimeout: 180_000,
    },
  };
}

export default defineConfig({
  test: {
    // Each embedded database is a PostgreSQL in the process; more of them at once only wait for a core.
    maxWorkers: 2,
    projects: [
      onDatabase('core', 'embedded'),
      onDatabase('core', 'postgres'),
      // PostgreSQL with `api_keys` in partitions, where a row's place is unique within one only, and with unusual settings of
      // the server. Not what starts a server of its own, hands in a pool, or needs no database.
      onDatabase('core', 'partitioned', [
        'test/last-used/!(outage|room|statement|jump-watch|stamp-list|use-watch).*test.ts',
        'test/properties/statement-model.test.ts',
        'test/{open-database,keys/list-keys,keys/change-keys,keys/import,validation/cache,validation/invalidation}.test.ts',
      ]),
      // The oldest PostgreSQL that is supported: every migration, trigger and kind of statement once.
      onDatabase(
        'core',
        'postgres14',
        [
          'test/{migrate,schema,search-path,restored-dump}*.test.ts',
          'test/keys/{bulk-revocation,change-keys,delete-and-deactivate,disable,find-keys,history,idempotency,import}.test.ts',
          'test/keys/{limit-of-keys,list-events,list-filters,list-keys,max-expiry,rotation,sweep-spares,tracking}.test.ts',
          'test/last-used/{locks,record,statement}*.test.ts',
          'test/{clock/database-clock,history/retention,properties/statement-model,refusals/history}*.test.ts',
          'test/{invalidation/listener-probe,validation/invalidation}.test.ts',
        ],
        { TEST_POSTGRES_VERSION: '14' },
      ),
      onDatabase('server', 'embedded'),
      onDatabase('server', 'postgres'),
      // Through a pooler in transaction mode, where there is one: Debian's package of that name.
      // No search path is set there, so that the shadows in "public" are met by every statement.
      ...(findPgBouncer() === null
        ? []
        : [
            onDatabase('core', 'pgbouncer', [
              'test/{keys,validation,last-used,refusals,http,middleware,properties}/**/*.test.ts',
            ]),
            onDatabase('server', 'pgbouncer'),
          ]),
      // The packages as they are published: packed, and installed into empty folders.
      {
        ...fromSource,
        test: {
          name: 'consumers',
          root: 'consumers',
          environment: 'node',
          env: { KEYSTAMP_TEST_DATABASE: 'postgres' },
          globalSetup: [GLOBAL_SETUP, './test/global-setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
      {
        ...fromSource,
        test: {
          name: 'clients',
          root: 'clients',
          environment: 'node',
          env: { KEYSTAMP_TEST_DATABASE: 'embedded' },
          globalSetup: [GLOBAL_SETUP],
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
      {
        ...fromSource,
        test: {
          name: 'examples',
          root: 'examples',
          environment: 'node',
          env: { KEYSTAMP_TEST_DATABASE: 'postgres' },
          globalSetup: [GLOBAL_SETUP],
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
      {
        extends: './packages/admin/vite.config.ts',
        test: {
          name: 'admin',
          include: ['test/**/*.test.{ts,tsx}', 'src/**/*.test.{ts,tsx}'],
          environment: 'jsdom',
        },
      },
    ],
  },
});
