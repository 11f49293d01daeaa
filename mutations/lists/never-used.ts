import { type Mutation, testsOf } from '../mutation.js';

const COLUMN = 'packages/core/migrations/000002_last_used_at.up.sql';

const LAST_USED = 'packages/core/test/last-used';
const upgrade = testsOf('core-postgres', `${LAST_USED}/upgrade.test.ts`);
const room = testsOf('core-postgres', `${LAST_USED}/room.postgres.test.ts`);
const imports = testsOf('core-postgres', 'packages/core/test/keys/import.test.ts');
const restore = testsOf('core-postgres', 'packages/core/test/keys/book-restore.test.ts');
const dump = testsOf('core-postgres', 'packages/core/test/restored-dump.postgres.test.ts');

/** What an empty time means, and what the column costs in the table. */
export const neverUsed: readonly Mutation[] = [
  {
    promises: ['G10'],
    takenOut: 'The day on which tracking began stays when migration 000002 is taken back.',
    file: 'packages/core/migrations/000002_last_used_at.down.sql',
    replace: 'ALTER TABLE keystamp.api_keys DROP COLUMN last_used_at;',
    by: 'ALTER TABLE keystamp.api_keys DROP COLUMN last_used_at;\ndrop table keystamp.tracking;',
    test: upgrade('G10 keeps the day that tracking began'),
  },
  {
    promises: ['G10'],
    takenOut: 'The column has no default (tried: 1970).',
    file: COLUMN,
    replace: 'ADD COLUMN last_used_at TIMESTAMPTZ NULL;',
    by: "ADD COLUMN last_used_at TIMESTAMPTZ NULL default 'epoch';",
    test: upgrade('G10'),
  },
  {
    promises: ['G10', 'G6'],
    takenOut: 'An imported key that was never used stays so.',
    file: 'packages/core/src/sql/import-keys.ts',
    replace:
      'case when i.last_used_at is not null then least(i.last_used_at, pg_catalog.now()) end',
    by: 'least(i.last_used_at, pg_catalog.now())',
    test: imports('G6 G10 that were never used stay so'),
  },
  {
    promises: ['G10'],
    takenOut: 'The start notices that the tables come from a dump.',
    file: 'packages/core/src/sql/is-restored-dump.ts',
    replace: 'rows.length > 0',
    by: 'rows.length > 1',
    test: dump('G10 is noticed at the start'),
  },
  {
    promises: ['G10'],
    takenOut: 'The record of uses begins with the last restored backup.',
    file: 'packages/core/src/sql/tracking-since.ts',
    replace: 'greatest(since, restored_at) as since',
    by: 'since',
    test: restore('G10 is where the record of uses begins'),
  },
  {
    promises: ['K8'],
    takenOut: 'No key counts as unused for the time before a restored backup.',
    file: 'packages/core/src/sql/stale-keys.ts',
    replace: '(select restored_at from keystamp.tracking))',
    by: 'null)',
    test: restore('K8 no key counts as unused from before it'),
  },
  {
    promises: ['G11'],
    takenOut: 'The column is in no index.',
    file: COLUMN,
    replace: 'ADD COLUMN last_used_at TIMESTAMPTZ NULL;',
    by: 'ADD COLUMN last_used_at TIMESTAMPTZ NULL;\ncreate index on keystamp.api_keys (last_used_at);',
    test: room('G11'),
  },
  {
    promises: ['G11'],
    takenOut: 'Each page of the table keeps room for new versions of its rows.',
    file: 'packages/core/migrations/000001_users_and_api_keys.up.sql',
    replace: 'with (fillfactor = 70)',
    by: 'with (fillfactor = 100)',
    test: room('G11 is written in the page of its row'),
  },
];
