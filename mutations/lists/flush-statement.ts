import { type Mutation, testsOf } from '../mutation.js';

const STATEMENT = 'packages/core/src/sql/write-last-used.ts';
const FLUSHER = 'packages/core/src/last-used/flusher.ts';
const WRITE_BATCH = 'packages/core/src/last-used/write-batch.ts';

const LAST_USED = 'packages/core/test/last-used';
const statement = testsOf('core-postgres', `${LAST_USED}/statement.postgres.test.ts`);
const revocation = testsOf('core-postgres', `${LAST_USED}/revocation.postgres.test.ts`);
const locks = testsOf('core-postgres', `${LAST_USED}/locks.postgres.test.ts`);
const record = testsOf('core-postgres', `${LAST_USED}/record.test.ts`);
const inPartitions = testsOf('core-partitioned', `${LAST_USED}/stop.test.ts`);
const model = testsOf('core-postgres', 'packages/core/test/properties/statement-model.test.ts');
const interleavings = testsOf(
  'core-postgres',
  'packages/core/test/properties/interleavings.test.ts',
);

/** The one statement that writes the column: what it writes, when, and which rows it locks. */
export const flushStatement: readonly Mutation[] = [
  {
    promises: ['G2'],
    takenOut: 'One statement writes about 1,000 keys (tried: 100).',
    file: FLUSHER,
    replace: 'const MAX_ROWS = 1_000;',
    by: 'const MAX_ROWS = 100;',
    test: statement('G2 are one for about 1,000 keys'),
  },
  {
    promises: ['G2'],
    takenOut: 'The statement sets no other column (tried: `revoked_at`).',
    file: STATEMENT,
    replace: 'set last_used_at = o.used_at',
    by: 'set last_used_at = o.used_at, revoked_at = null',
    test: revocation('G2 all stay, and nothing else of a key changes'),
  },
  {
    promises: ['G2'],
    takenOut: 'No statement reads the rows before.',
    file: WRITE_BATCH,
    replace: 'const answer = await writeLastUsed(',
    by: "await session.query('select id from keystamp.api_keys');\n    const answer = await writeLastUsed(",
    test: statement('G2 are one for about 1,000 keys'),
  },
  {
    promises: ['G3'],
    takenOut: 'The statement refuses a use while the window since the stored time is open.',
    file: STATEMENT,
    replace: ' and k.last_used_at <= b.window_from)',
    by: ' and $3::float8 is not null)',
    test: model('G4 G5 does and answers what its model does'),
  },
  {
    promises: ['G5'],
    takenOut: "A use is stored no later than the database's own time.",
    file: STATEMENT,
    replace: 'least(b.now, pg_catalog.to_timestamp(s.used_ms / 1000::float8)) as used_at',
    by: 'pg_catalog.to_timestamp(s.used_ms / 1000::float8) as used_at',
    test: model('G4 G5 does and answers what its model does'),
  },
  {
    promises: ['G5'],
    takenOut: 'Only a use that is newer than the stored time is written.',
    file: STATEMENT,
    replace: 'k.last_used_at < a.used_at - b.near and',
    by: '$7::float8 is not null and',
    test: model('G4 G5 does and answers what its model does'),
  },
  {
    promises: ['G5'],
    takenOut: 'The same, with several instances.',
    file: STATEMENT,
    replace: 'k.last_used_at < a.used_at - b.near and',
    by: '$7::float8 is not null and',
    test: interleavings('change what they are about, and end at the true last use'),
  },
  {
    promises: ['G5'],
    takenOut:
      'Nothing is written where the clock of the server is not the one that the instance knows.',
    file: STATEMENT,
    replace: 'where b.accepted\n',
    by: 'where b.accepted is not null\n',
    test: model('G4 G5 does and answers what its model does'),
  },
  {
    promises: ['G5'],
    takenOut: "A use replaces a stored time that is ahead of the database's time.",
    file: STATEMENT,
    replace: ' or k.last_used_at > b.latest\n',
    by: '\n',
    test: record('is replaced by the next use'),
  },
  {
    promises: ['G5', 'G6'],
    takenOut: 'A locked row is found again by its table too, where `api_keys` has partitions.',
    file: STATEMENT,
    replace: 'where k.tableoid = o.part and k.ctid = o.place',
    by: 'where k.ctid = o.place',
    test: inPartitions('G8 writes thousands of keys in one stop'),
  },
  {
    promises: ['G9'],
    takenOut: 'The statement passes over rows that are locked.',
    file: STATEMENT,
    replace: 'for no key update of k skip locked',
    by: 'for no key update of k',
    test: locks('G9 never deadlock'),
  },
  {
    promises: ['G9'],
    takenOut: 'The statement locks its rows first.',
    file: STATEMENT,
    replace: '  for no key update of k skip locked\n',
    by: '',
    test: locks('G9 is passed over without a wait'),
  },
];
