import type { Command } from 'commander';
import type { Keystamp } from 'keystamp';
import { given } from '../api-keys/input.js';
import { demandAdminsKey } from '../api-keys/introspect-grant.js';
import { refuseKeysIn } from '../authenticate-key/key-in-text.js';
import type { CliIo } from './cli-io.js';
import { parseExpiry } from './duration.js';
import { userIdOf } from './name-user.js';
import { printIssued } from './print-issued.js';
import { auditFromCli, withKeystamp } from './with-keystamp.js';

const EXAMPLES = `
The key is printed once, alone on standard output; notes go to standard error.

Examples:
  $ keystamp create --user ada@example.com --name "nightly export"
  $ keystamp create --user 42 --name orders --scope orders:read orders:write --expires 90d`;

interface Options {
  readonly user: string;
  readonly name: string;
  readonly scope?: string[];
  readonly expires?: string;
  readonly json?: true;
}

/** `keystamp create` */
export function addCreate(program: Command, io: CliIo): void {
  program
    .command('create')
    .description('create a key and print it')
    .requiredOption('--user <id>', 'whose key: an address, or an id (an unknown id is added)')
    .requiredOption('--name <text>', 'what the key is for')
    .option('--scope <scope...>', 'what it may do; left out: whatever its user may')
    .option('--expires <time>', 'a duration (90d), a day or a time; left out: never')
    .option('--json', 'print JSON: {api_key, info}')
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => create(io, options));
}

/** The key is printed as soon as there is one: whatever fails after that, it is not lost. */
async function create(io: CliIo, options: Options): Promise<void> {
  await withKeystamp(io, async (keystamp, log) => {
    const issued = await issue(keystamp, options, io.now());
    printIssued(io, issued, options.json);
    auditFromCli(log, 'created', issued.key);
  });
}

async function issue(keystamp: Keystamp, options: Options, now: Date) {
  const { user, name, scope: scopes, expires } = options;
  refuseKeysIn({ '--user': user });
  const expiresAt = expires === undefined ? undefined : parseExpiry(expires, now);
  const userId = await userIdOf(keystamp.database, user);
  await demandAdminsKey(keystamp.database, userId, scopes ?? []);
  return keystamp.createApiKey({ userId, name, ...given({ scopes, expiresAt }) });
}
