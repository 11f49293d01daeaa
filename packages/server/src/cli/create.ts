import type { Command } from 'commander';
import type { Keystamp } from 'keystamp';
import { printableText } from 'keystamp/rules';
import { given } from '../routes/api-keys/input.js';
import { requireAdminsKey } from '../routes/api-keys/introspect-grant.js';
import { rejectKeysIn } from '../rules/key-in-text.js';
import { byAccount } from './account.js';
import { auditKeyFromCli } from './audit-from-cli.js';
import type { CliIo } from './cli-io.js';
import { parseExpiry } from './duration.js';
import { userNamedIfAny } from './name-user.js';
import { printIssued } from './print-issued.js';
import { repeatIfLost } from './repeat-if-lost.js';
import { withKeystamp } from './with-keystamp.js';

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
    .option(
      '--scope <scope...>',
      'what it may do, with spaces or commas between; left out: whatever its user may, but a service that uses token introspection may demand a scope, and refuse it',
    )
    .option(
      '--expires <time>',
      'a duration (90d), a day (to its end, here) or a time; left out: never',
    )
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
  const { user, name, expires } = options;
  rejectKeysIn({ '--user': user });
  const scopes = options.scope?.flatMap(scopesOf);
  const expiresAt = expires === undefined ? undefined : parseExpiry(expires, keystamp.now());
  const known = await userNamedIfAny(keystamp.database, user);
  const userId = known?.id ?? user;
  await requireAdminsKey(keystamp.database, userId, scopes ?? []);
  const issued = await repeatIfLost((idempotencyKey) =>
    keystamp.createApiKey(
      { userId, name, idempotencyKey, ...given({ scopes, expiresAt }) },
      byAccount(),
    ),
  );
  if (known?.isActive === false) {
    const who = printableText(known.email ?? known.id);
    err(`${who} is deactivated: the key does nothing until "keystamp users activate ${who}".\n`);
  }
  return issued;
}

/** As on the page, commas part scopes like spaces. A comma in a scope itself is had by HTTP. */
function scopesOf(text: string): string[] {
  return text.split(/[\s,]+/).filter((scope) => scope !== '');
}
