import type { Command } from 'commander';
import type { Keystamp } from 'keystamp';
import { given } from '../routes/api-keys/input.js';
import { requireAdminsKey } from '../routes/api-keys/introspect-grant.js';
import { byAccount } from './account.js';
import { auditKeyFromCli } from './audit-from-cli.js';
import type { CliIo } from './cli-io.js';
import { parseExpiry } from './duration.js';
import { metadataOf, PAIRS } from './metadata-pairs.js';
import { userNamedIfAny, warnIfInactive } from './name-user.js';
import { printIssued } from './print-issued.js';
import { repeatIfLost } from './repeat-if-lost.js';
import { scopesOf } from './scope-option.js';
import { withKeystamp } from './with-keystamp.js';

const EXAMPLES = `
The key is printed once, alone on standard output; notes go to standard error.

Examples:
  $ keystamp create --user ada@example.com --name "nightly export"
  $ keystamp create --user 42 --name orders --scope orders:read orders:write --expires 90d
  $ keystamp create --user 42 --name billing --note "monthly run, see the wiki" --metadata team=billing plan=pro`;

interface Options {
  readonly user: string;
  readonly name: string;
  readonly scope?: string[];
  readonly expires?: string;
  readonly note?: string;
  readonly metadata?: string[];
  readonly json?: true;
}

/** `keystamp create` */
export function addCreate(program: Command, io: CliIo): void {
  program
    .command('create')
    .description('create a key and print it')
    .requiredOption('--user <id>', 'whose key: an address, or an id (an unknown id is added)')
    .requiredOption('--name <text>', 'what the key is for')
    .option(
      '--scope <scope...>',
      'what it may do, with spaces or commas between; left out: whatever its user may, but a service that uses token introspection may demand a scope, and refuse it',
    )
    .option(
      '--expires <time>',
      'a duration (90d), a day (to its end, here) or a time; left out: never',
    )
    .option('--note <text>', 'more about what it is for, for people')
    .option('--metadata <pair...>', PAIRS)
    .option('--json', 'print JSON: {api_key, info, as_of}')
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => create(io, options));
}

/** The key is printed as soon as there is one: whatever fails after that, it is not lost. One that is lost is audited too. */
async function create(io: CliIo, options: Options): Promise<void> {
  await withKeystamp(io, async (keystamp, log) => {
    const issued = await issue(io, keystamp, options);
    const { expiresAt } = issued.key;
    try {
      await printIssued(io, keystamp, issued, options.json);
      if (expiresAt !== null && !options.json) {
        io.err(`It works until ${expiresAt.toISOString()}\n`);
      }
    } finally {
      auditKeyFromCli(log, 'created', issued.key);
    }
  });
}

async function issue({ err }: CliIo, keystamp: Keystamp, options: Options) {
  const { user, name, expires, note } = options;
  const scopes = scopesOf(options.scope);
  const expiresAt = expires === undefined ? undefined : parseExpiry(expires, keystamp.now());
  const metadata = options.metadata === undefined ? undefined : metadataOf(options.metadata);
  const known = await userNamedIfAny(keystamp.database, user);
  const userId = known?.id ?? user;
  await requireAdminsKey(keystamp.database, userId, scopes ?? []);
  const issued = await repeatIfLost((idempotencyKey) =>
    keystamp.createApiKey(
      { userId, name, idempotencyKey, ...given({ scopes, expiresAt, note, metadata }) },
      byAccount(),
    ),
  );
  warnIfInactive(err, known);
  return issued;
}
