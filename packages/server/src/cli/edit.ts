import type { Command } from 'commander';
import type { Keystamp, UpdateApiKeyInput, UserApiKey } from 'keystamp';
import { printableText } from 'keystamp/rules';
import { toApiKeyAnswer } from '../routes/api-keys/api-key-info.js';
import { given } from '../routes/api-keys/input.js';
import { requireAdminsKey, requireAdminsMove } from '../routes/api-keys/introspect-grant.js';
import { byAccount } from './account.js';
import { auditKeyFromCli } from './audit-from-cli.js';
import { type CliIo, UsageError } from './cli-io.js';
import { parseExpiry } from './duration.js';
import { keyName } from './key-wording.js';
import { metadataOf, PAIRS } from './metadata-pairs.js';
import { userNamedIfAny, warnIfInactive } from './name-user.js';
import { ID, keyNamed, noKeys } from './named-keys.js';
import { scopesOf } from './scope-option.js';
import { withKeystamp } from './with-keystamp.js';

const EXAMPLES = `
Only what is given changes. A revoked key takes a note and metadata alone. A key with scopes keeps at least one.

Examples:
  $ keystamp edit ks_7Hq2 --name "nightly export" --note "runs at 3, see the wiki"
  $ keystamp edit ks_7Hq2 --metadata keep-until=2030-01-31 --remove-metadata team
  $ keystamp edit ks_7Hq2 --user bob@example.com --expires 90d`;

interface Options {
  readonly name?: string;
  readonly note?: string | false;
  readonly metadata?: string[];
  readonly removeMetadata?: string[];
  readonly expires?: string;
  readonly expiry: boolean;
  readonly scope?: string[];
  readonly user?: string;
  readonly json?: true;
}

/** `keystamp edit` */
export function addEdit(program: Command, io: CliIo): void {
  program
    .command('edit')
    .description('change what a key is called, what is written on it, its expiry, scopes or user')
    .argument('<id>', ID)
    .option('--name <text>', 'what the key is for')
    .option('--note <text>', 'more about what it is for, for people')
    .option('--no-note', 'take the note away')
    .option('--metadata <pair...>', `${PAIRS}; other pairs stay`)
    .option('--remove-metadata <name...>', 'take these pairs away')
    .option('--expires <time>', 'a duration (90d), a day (to its end, here) or a time')
    .option('--no-expiry', 'it does not expire any more')
    .option('--scope <scope...>', 'all that it may do, with spaces or commas between')
    .option('--user <id>', 'move it to this user: an address, or an id (an unknown id is added)')
    .option('--json', 'print JSON: {info, as_of}')
    .addHelpText('after', EXAMPLES)
    .action((id: string, options: Options) => edit(io, id, options));
}

async function edit(io: CliIo, name: string, options: Options): Promise<void> {
  await withKeystamp(io, async (keystamp, log) => {
    const before = await keyNamed(keystamp, name);
    const changes = changesOf(options, before, keystamp.now());
    const { user } = options;
    const newUser = user === undefined ? null : await userNamedIfAny(keystamp.database, user);
    const userId = user === undefined ? undefined : (newUser?.id ?? user);
    const all = given({ ...changes, userId });
    if (Object.keys(all).length === 0)
      throw new UsageError('expected something to change, such as --name');
    await requireFitting(keystamp, before, all);
    const key = await keystamp.updateApiKey(before.id, all, byAccount());
    if (key === null) throw noKeys([name]);
    report(io, keystamp, before, key, options.json);
    warnIfInactive(io.err, newUser);
    const changed = Object.keys(all).join(' ');
    if (key.userId === before.userId) auditKeyFromCli(log, 'changed', key, { changed });
    else auditKeyFromCli(log, 'moved', key, { changed, previousOwner: before.userId });
  });
}

function changesOf(options: Options, before: UserApiKey, now: Date): UpdateApiKeyInput {
  const { name, note, expires, expiry } = options;
  if (expires !== undefined && !expiry) {
    throw new UsageError('expected --expires or --no-expiry, not both');
  }
  return given({
    name,
    note: note === false ? null : note,
    metadata: newMetadata(options, before),
    expiresAt: expires === undefined ? (expiry ? undefined : null) : parseExpiry(expires, now),
    scopes: scopesOf(options.scope),
  });
}

/** Undefined: it stays. */
function newMetadata(
  { metadata, removeMetadata = [] }: Options,
  before: UserApiKey,
): Record<string, string> | undefined {
  if (metadata === undefined && removeMetadata.length === 0) return undefined;
  const kept = Object.entries(before.metadata).filter(([name]) => !removeMetadata.includes(name));
  return { ...Object.fromEntries(kept), ...metadataOf(metadata ?? []) };
}

/** The scopes must be the user's to have, of a key that moves the new user's. */
async function requireFitting(
  { database }: Keystamp,
  before: UserApiKey,
  { userId = before.userId, scopes }: UpdateApiKeyInput,
): Promise<void> {
  if (userId !== before.userId) {
    await requireAdminsMove(database, userId, scopes ?? before.scopes);
  } else if (scopes !== undefined) {
    await requireAdminsKey(database, userId, scopes, before.scopes);
  }
}

function report(
  io: CliIo,
  keystamp: Keystamp,
  before: UserApiKey,
  key: UserApiKey,
  json: true | undefined,
): void {
  if (json) {
    io.out(`${JSON.stringify(toApiKeyAnswer(keystamp, key))}\n`);
    return;
  }
  const isMoved = key.userId !== before.userId;
  const to = isMoved ? `, now of ${printableText(key.userEmail ?? key.userId)}` : '';
  const until = key.expiresAt === null ? '' : `; it works until ${key.expiresAt.toISOString()}`;
  io.out(`changed ${keyName(key)}${to}${until}\n`);
}
