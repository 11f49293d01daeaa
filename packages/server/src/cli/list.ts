import { type Command, Option } from 'commander';
import type { Keystamp, ListAllQuery, ListQuery, UserApiKey } from 'keystamp';
import { API_KEY_STATUSES, LIST_ORDERS, LIST_SORTS } from 'keystamp/rules';
import { lastUsedWording, type UseRecord } from '../contract/relative-time.js';
import { toApiKeyInfo } from '../routes/api-keys/api-key-info.js';
import { given } from '../routes/api-keys/input.js';
import type { CliIo } from './cli-io.js';
import { daysOrNeverOf } from './days-option.js';
import { isoDay } from './iso-day.js';
import { limitOf } from './limit-option.js';
import { userNamed } from './name-user.js';
import { table } from './table.js';
import { withKeystamp } from './with-keystamp.js';

const EXAMPLES = `
Examples:
  $ keystamp list --unused-for 90d
  $ keystamp list --user ada@example.com --sort created_at
  $ keystamp list --json | jq -r '.api_keys[].id'`;

interface Options {
  readonly user?: string;
  readonly status?: NonNullable<ListQuery['status']>;
  readonly unusedFor?: string;
  readonly search?: string;
  readonly sort?: NonNullable<ListQuery['sort']>;
  readonly order?: 'asc' | 'desc';
  readonly limit: string;
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
    .option('--search <text>', 'part of a name, an address or a key prefix')
    .addOption(new Option('--sort <column>', 'default: last_used_at').choices(LIST_SORTS))
    .addOption(new Option('--order <order>', 'default: newest first').choices(LIST_ORDERS))
    .option('--limit <n>', 'how many at most', '1000')
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
  else io.out(keysTable(keys, record, now));
  if (hasMore) io.err(`There are more than ${limit}: raise --limit to see them.\n`);
}

async function toQuery({ database }: Keystamp, options: Options): Promise<ListAllQuery> {
  const { user, status, unusedFor, search: q, sort, order } = options;
  const userId = user === undefined ? undefined : (await userNamed(database, user)).id;
  return given({
    userId,
    status,
    unusedFor: unusedFor === undefined ? undefined : daysOrNeverOf('--unused-for', unusedFor),
    q,
    sort,
    order,
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

/** The table for people: words in English like the rest of the command line, days in no locale. */
export function keysTable(keys: readonly UserApiKey[], record: UseRecord, now: Date): string {
  const headings = ['name', 'prefix', 'user', 'status', 'created', 'last used', 'expires', 'id'];
  const rows = keys.map((key) => [
    key.name,
    key.keyPrefix,
    key.userEmail ?? key.userId,
    key.status,
    isoDay(key.createdAt),
    lastUsedWording({ ...key, ...record }, now, 'en', isoDay),
    key.expiresAt === null ? 'never' : isoDay(key.expiresAt),
    key.id,
  ]);
  return table(headings, rows);
}
