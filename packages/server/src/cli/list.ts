import { type Command, Option } from 'commander';
import type { Keystamp, ListAllQuery, ListQuery, UserApiKey } from 'keystamp';
import { API_KEY_STATUSES, LIST_ORDERS, LIST_SORTS } from 'keystamp/rules';
import type { UseRecord } from '../contract/relative-time.js';
import { toApiKeyInfo } from '../routes/api-keys/api-key-info.js';
import { given } from '../routes/api-keys/input.js';
import type { CliIo } from './cli-io.js';
import { daysOrNeverOf } from './days-option.js';
import { keysTable } from './keys-table.js';
import { limitOf } from './limit-option.js';
import { metadataOf } from './metadata-pairs.js';
import { userNamed } from './name-user.js';
import { withKeystamp } from './with-keystamp.js';

const EXAMPLES = `
At a terminal the table fits its width: days of creation and ids are left out, and long texts are cut. A prefix names a
key in every command. A key without scopes may do whatever its user may: any.

Examples:
  $ keystamp list --unused-for 90d
  $ keystamp list --user ada@example.com --sort created_at --order asc
  $ keystamp list --expires-within 30d --sort expires_at --order asc
  $ keystamp list --scope orders:read --metadata team=billing
  $ keystamp list --json | jq -r '.api_keys[].id'`;

interface Options {
  readonly user?: string;
  readonly status?: NonNullable<ListQuery['status']>;
  readonly unusedFor?: string;
  readonly expiresWithin?: string;
  readonly scope?: string;
  readonly metadata?: string[];
  readonly search?: string;
  readonly sort?: NonNullable<ListQuery['sort']>;
  readonly order?: 'asc' | 'desc';
  readonly limit: string;
  readonly wide?: true;
  readonly json?: true;
}

/** `keystamp list` */
export function addList(program: Command, io: CliIo): void {
  program
    .command('list')
    .description('list keys, and when each was last used')
    .option('--user <id>', "only this user's: an address or an id")
    .addOption(
      new Option('--status <status>', 'only keys of this status').choices(API_KEY_STATUSES),
    )
    .option('--unused-for <days>', 'only active keys not used for so long: 90d, or never')
    .option('--expires-within <days>', 'only active keys that expire so soon: 30d, or never')
    .option('--scope <scope>', 'only keys that name this scope')
    .option('--metadata <pair...>', 'only keys that have all these pairs, as in team=billing')
    .option('--search <text>', 'part of a name, an address, a scope or a key prefix')
    .addOption(new Option('--sort <column>', 'default: last_used_at').choices(LIST_SORTS))
    .addOption(new Option('--order <order>', 'default: newest first').choices(LIST_ORDERS))
    .option('--limit <n>', 'how many at most', '1000')
    .option('--wide', 'all columns in full, also where the terminal is narrower')
    .option('--json', 'print JSON: {api_keys, tracking_since, restored_at, as_of}')
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => list(io, options));
}

async function list(io: CliIo, options: Options): Promise<void> {
  const limit = limitOf(options.limit);
  const { keys, hasMore, now, ...record } = await withKeystamp(io, async (keystamp) => ({
    ...(await keystamp.listAllApiKeys({ ...(await toQuery(keystamp, options)), limit })),
    now: keystamp.now(),
  }));
  if (options.json) io.out(`${JSON.stringify(onWire(keys, record, now))}\n`);
  else if (keys.length === 0) io.err('No keys found.\n');
  else io.out(keysTable(keys, record, now, options.wide ? null : io.columns));
  if (hasMore) io.err(`There are more than ${limit}: raise --limit to see them.\n`);
}

async function toQuery({ database }: Keystamp, options: Options): Promise<ListAllQuery> {
  const { user, status, unusedFor, expiresWithin, scope, metadata, search: q } = options;
  const userId = user === undefined ? undefined : (await userNamed(database, user)).id;
  return given({
    userId,
    status,
    unusedFor: unusedFor === undefined ? undefined : daysOrNeverOf('--unused-for', unusedFor),
    expiresWithin:
      expiresWithin === undefined ? undefined : daysOrNeverOf('--expires-within', expiresWithin),
    scope,
    metadata: metadata === undefined ? undefined : metadataOf(metadata),
    q,
    sort: options.sort,
    order: options.order,
  });
}

function onWire(keys: readonly UserApiKey[], { trackingSince, restoredAt }: UseRecord, now: Date) {
  return {
    api_keys: keys.map(toApiKeyInfo),
    tracking_since: trackingSince.toISOString(),
    restored_at: restoredAt?.toISOString() ?? null,
    as_of: now.toISOString(),
  };
}
