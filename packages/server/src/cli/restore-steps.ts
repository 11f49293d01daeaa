const POSTGRES = `To restore a backup of PostgreSQL:

  1. Stop every instance of Keystamp: an instance that runs writes its last uses into the restored data.
  2. Restore the schema keystamp into an empty database, for example:
       createdb keys && pg_restore --dbname keys --no-owner keystamp.dump
  3. Book the gap, with the time at which the backup was made:
       DATABASE_URL=postgres://user:password@host:5432/keys keystamp restored --at 2030-01-31T03:00:00Z
  4. Do again what the log says was done since: each line with "audit":true names a key. Revocations first.
  5. Start the instances.
`;

const EMBEDDED = `To restore a file of "keystamp backup":

  $ keystamp restore FILE

To restore a copy of the folder:

  1. Stop the server.
  2. Put the copy in the place of the folder (KEYSTAMP_DATA_DIR).
  3. Book the gap, with the time at which the copy was made:
       keystamp restored --at 2030-01-31T03:00:00Z
  4. Do again what the log says was done since: each line with "audit":true names a key. Revocations first.
  5. Start the server.
`;

/** How a person restores what Keystamp did not write itself. */
export function restoreSteps(isPostgres: boolean): string {
  return isPostgres ? POSTGRES : EMBEDDED;
}
