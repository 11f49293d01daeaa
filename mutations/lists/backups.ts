import { type Mutation, testsOf } from '../mutation.js';

const CLI = 'packages/server/src/cli';
const TRANSFER = 'packages/server/src/transfer';
const FILL = 'packages/core/src/database/embedded';

const TESTS = 'packages/server/test';
const refuses = testsOf('server-embedded', `${TESTS}/cli/restore-refuses.embedded.test.ts`);
const destination = testsOf('server-embedded', `${TESTS}/cli/destination.embedded.test.ts`);
const snapshot = testsOf('server-postgres', `${TESTS}/transfer/snapshot.postgres.test.ts`);

/** What a backup of the embedded database has, and what becomes of it. */
export const backups: readonly Mutation[] = [
  {
    promises: ['K11'],
    takenOut: 'A backup is read from one moment of the database.',
    file: `${TRANSFER}/snapshot.ts`,
    replace: "'set transaction isolation level repeatable read, read only'",
    by: "'set transaction read only'",
    test: snapshot('K11 a backup is of one moment'),
  },
  {
    promises: ['K11'],
    takenOut: 'A restore compares the checksum of a backup.',
    file: `${TRANSFER}/read-backup.ts`,
    replace: "parsed(last)['sha256'] === hash.digest('hex')",
    by: "typeof parsed(last)['sha256'] === 'string'",
    test: refuses('K11 a file that was changed, also where'),
  },
  {
    promises: ['K11'],
    takenOut: 'A restore leaves a folder with keys alone.',
    file: `${CLI}/restore.ts`,
    replace: 'if (keys + users === 0) return;',
    by: 'if (keys + users >= 0) return;',
    test: refuses('K11 a folder with keys'),
  },
  {
    promises: ['K11'],
    takenOut: 'A new file is for its owner alone.',
    file: `${CLI}/destination.ts`,
    replace: "'wx', 0o600",
    by: "'wx', 0o644",
    test: destination('K11 a file is for its owner alone'),
  },
  {
    promises: ['K11'],
    takenOut: 'A file gets its name when it is on the disk.',
    file: `${CLI}/destination.ts`,
    replace: '  await handle.sync();\n  if (!(',
    by: '  if (!(',
    test: destination('K11 a file is on the disk before'),
  },
  {
    promises: ['K11'],
    takenOut: 'A file that came meanwhile is not replaced.',
    file: `${CLI}/destination.ts`,
    replace: 'await link(partOf(file), file);',
    by: 'return await rename(partOf(file), file);',
    test: destination('K11 a file that came meanwhile'),
  },
  {
    promises: ['G10'],
    takenOut: 'A folder whose restore was killed is not opened.',
    file: `${FILL}/unfinished-fill.ts`,
    replace: 'some((each) => existsSync(each))',
    by: 'some(() => false)',
    test: refuses('G10 what a killed restore leaves'),
  },
  {
    promises: ['G10'],
    takenOut: 'A restore books the uses after the backup as missing.',
    file: `${TRANSFER}/restore-backup.ts`,
    replace: 'restored_at = case when $1 then clock_timestamp() else restored_at end',
    by: 'restored_at = case when $1 then restored_at else restored_at end',
    test: refuses('G10 books the uses after the backup'),
  },
];
