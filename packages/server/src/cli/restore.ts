import type { Command } from 'commander';
import { fileVariable } from '../config/settings.js';
import type { CliIo } from './cli-io.js';

const POSTGRES = `To restore a backup of PostgreSQL:

  1. Stop every instance of Keystamp: an instance that runs writes its last uses into the restored data.
  2. Restore the schema keystamp into an empty database, for example:
       createdb keys && pg_restore --dbname keys --no-owner keystamp.dump
  3. Book the gap, with the time at which the backup was made:
       DATABASE_URL=postgres://user:password@host:5432/keys keystamp restored --at 2030-01-31T03:00:00Z
  4. Do again what the log says was done since: each line with "audit":true names a key. Revocations first.
  5. Start the instances.
`;

const EMBEDDED = `To restore a copy of the embedded database:

  1. Stop the server.
  2. Put the copy in the place of the folder (KEYSTAMP_DATA_DIR).
  3. Book the gap, with the time at which the copy was made:
       keystamp restored --at 2030-01-31T03:00:00Z
  4. Do again what the log says was done since: each line with "audit":true names a key. Revocations first.
  5. Start the server.
`;

/** `keystamp restore`: PostgreSQL's own programs restore; this leads through it, and changes nothing. */
export function addRestore(program: Command, io: CliIo): void {
  program
    .command('restore')
    .description('show how to restore a backup; changes nothing')
    .addHelpText('after', '\nExample:\n  $ keystamp restore')
    .action(() => io.out(isOnPostgres(io.env) ? POSTGRES : EMBEDDED));
}

function isOnPostgres(env: CliIo['env']): boolean {
  return (env['DATABASE_URL'] ?? env[fileVariable('DATABASE_URL')]) !== undefined;
}
