import { type Command, Option } from 'commander';
import type { EventQuery, KeyEvent, Keystamp } from 'keystamp';
import { EVENT_KINDS, MAX_EVENTS_LIMIT } from 'keystamp/rules';
import { eventWording } from '../contract/event-wording.js';
import { toEventInfo } from '../routes/api-keys/event-info.js';
import { given } from '../routes/api-keys/input.js';
import type { CliIo } from './cli-io.js';
import { parseMoment } from './duration.js';
import { historyReader } from './history-reader.js';
import { limitOf } from './limit-option.js';
import { userNamedIfAny } from './name-user.js';
import { ID, idNamed, noKeys } from './named-keys.js';
import { table } from './table.js';
import { withKeystamp } from './with-keystamp.js';

const EXAMPLES = `
A use of a key is no event. Presented and refused: a key that is disabled, revoked or expired, or whose user is
deactivated, at most once a key and hour. Of a deleted key, give the whole id.

Examples:
  $ keystamp events --key ks_7Hq2
  $ keystamp events --kind revoked --since 7d
  $ keystamp events --actor cli --since 2030-01-01 --until 2030-01-31 --json`;

interface Options {
  readonly key?: string;
  readonly user?: string;
  readonly kind?: NonNullable<EventQuery['kind']>;
  readonly actor?: string;
  readonly since?: string;
  readonly until?: string;
  readonly limit: string;
  readonly json?: true;
}

/** `keystamp events` */
export function addEvents(program: Command, io: CliIo): void {
  program
    .command('events')
    .description('show what happened to keys and who did it, the newest first')
    .option('--key <id>', `only of one key: ${ID}`)
    .option('--user <id>', "only of this user's keys: an address or an id")
    .addOption(new Option('--kind <kind>', 'only events of this kind').choices(EVENT_KINDS))
    .option(
      '--actor <who>',
      'only of one actor: session, key, cli, library, policy or database; an address; the id of a user or key; a name',
    )
    .option('--since <time>', 'from then on: a duration back from now (7d), a day or a time')
    .option(
      '--until <time>',
      'until then: a duration back from now, a day (to its end, here) or a time',
    )
    .option('--limit <n>', 'how many at most', '50')
    .option('--json', 'print JSON: {events, as_of}')
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => events(io, options));
}

async function events(io: CliIo, options: Options): Promise<void> {
  const limit = limitOf(options.limit);
  await withKeystamp(io, async (keystamp) => {
    const { found, hasMore } = await read(keystamp, await toQuery(keystamp, options), limit);
    if (options.json) {
      const onWire = { events: found.map(toEventInfo), as_of: keystamp.now().toISOString() };
      io.out(`${JSON.stringify(onWire)}\n`);
    } else if (found.length === 0) io.err('No events found.\n');
    else io.out(await eventsTable(keystamp, found));
    if (hasMore) io.err(`There are more than ${limit}: raise --limit to see them.\n`);
  });
}

async function toQuery(keystamp: Keystamp, options: Options): Promise<EventQuery> {
  const { kind, key, user, actor } = options;
  const now = keystamp.now();
  const keyId = key === undefined ? undefined : await idNamed(keystamp, key);
  if (keyId === null) throw noKeys([String(key)]);
  return given({
    keyId,
    userId: user === undefined ? undefined : await userIdOf(keystamp, user),
    kind,
    actor: actor?.includes('@') ? await userIdOf(keystamp, actor) : actor,
    since: options.since === undefined ? undefined : parseMoment('--since', options.since, now),
    until: options.until === undefined ? undefined : parseMoment('--until', options.until, now),
  });
}

/** An id that no user has may be one of the past. */
async function userIdOf({ database }: Keystamp, name: string): Promise<string> {
  return (await userNamedIfAny(database, name))?.id ?? name;
}

/** Page by page: the newest `limit`. */
async function read(keystamp: Keystamp, query: EventQuery, limit: number) {
  const found: KeyEvent[] = [];
  let cursor: string | null = null;
  do {
    const page = given({
      limit: Math.min(MAX_EVENTS_LIMIT, limit - found.length),
      cursor: cursor ?? undefined,
    });
    const { events, nextCursor } = await keystamp.listEvents({ ...query, ...page });
    found.push(...events);
    cursor = nextCursor;
  } while (cursor !== null && found.length < limit);
  return { found, hasMore: cursor !== null };
}

async function eventsTable(keystamp: Keystamp, found: readonly KeyEvent[]): Promise<string> {
  const reader = await historyReader(keystamp, found);
  const rows = found.map((event) => [
    event.at.toISOString(),
    event.keyPrefix || event.keyId,
    event.keyName ?? '—',
    eventWording(toEventInfo(event), reader),
  ]);
  return table(['time', 'key', 'name', 'what happened'], rows);
}
