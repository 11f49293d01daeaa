import type { Command } from 'commander';
import { VERSION } from '../version.js';
import { addBackup } from './backup.js';
import { CliCommand } from './cli-command.js';
import type { CliIo } from './cli-io.js';
import { addCreate } from './create.js';
import { addDelete } from './delete.js';
import { addDisable } from './disable.js';
import { addEdit } from './edit.js';
import { addEnable } from './enable.js';
import { addEvents } from './events.js';
import { addExport } from './export.js';
import { addImport } from './import.js';
import { addList } from './list.js';
import { addMigrate } from './migrate.js';
import { addMove } from './move.js';
import { addRestore } from './restore.js';
import { addRestored } from './restored.js';
import { addRevoke } from './revoke.js';
import { addRotate } from './rotate.js';
import { runServe } from './serve.js';
import { addShow } from './show.js';
import { addSweep } from './sweep.js';
import { usersCommand } from './users.js';
import { addWhose } from './whose.js';
import { withKeystamp } from './with-keystamp.js';

const ENVIRONMENT = `
Without a command, the server starts, as with "keystamp serve".

Where the keys are:
  DATABASE_URL        a PostgreSQL, as in postgres://user:password@host:5432/database;
                      TLS and several hosts: docs/guide/connecting.md
  DATABASE_URL_FILE   in its place: a file that holds the URL, as container platforms mount secrets
  KEYSTAMP_DATA_DIR   without DATABASE_URL: folder of the embedded database (./keystamp-data);
                      while a server has it open, commands go through that server by themselves

  A command names its database on standard error: at a terminal in a line, elsewhere in each line of the log.

What is logged:
  KEYSTAMP_LOG_LEVEL  info: a JSON line on standard error about each change, for an audit; at a terminal
                      only where this is set. Standard output has the result alone.

Exit codes: 0 done, 1 failed, 2 wrong command line.`;

/** The command line: all commands, nothing done yet. */
export function createProgram(io: CliIo): Command {
  const program = new CliCommand('keystamp')
    .description('API keys that record when they were last used')
    .version(VERSION)
    .addHelpText('after', ENVIRONMENT)
    .showHelpAfterError('(add --help for help)')
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err });
  addServe(program, io);
  addMigrate(program, io);
  addCreate(program, io);
  addList(program, io);
  addShow(program, io);
  addWhose(program, io);
  addEdit(program, io);
  addDisable(program, io);
  addEnable(program, io);
  addRevoke(program, io);
  addRotate(program, io);
  addDelete(program, io);
  addSweep(program, io);
  addEvents(program, io);
  addImport(program, io);
  addExport(program, io);
  addMove(program, io);
  addBackup(program, io);
  addRestore(program, io);
  addRestored(program, io);
  addUsers(program, io);
  return program;
}

function addServe(program: Command, io: CliIo): void {
  program
    .command('serve')
    .description('start the server: the page, the HTTP API, forward auth and introspection')
    .addHelpText('after', '\nExample:\n  $ KEYSTAMP_PORT=8080 keystamp serve')
    .action(() => runServe(io));
}

function addUsers(program: Command, io: CliIo): void {
  const users = usersCommand({
    stdin: io.stdin,
    write: io.out,
    prompt: io.err,
    withKeystamp: (work) => withKeystamp(io, work),
  });
  program.addCommand(users);
  for (const command of [users, ...users.commands]) command.copyInheritedSettings(program);
}
