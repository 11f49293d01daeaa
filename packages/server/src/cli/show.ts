import type { Command } from 'commander';
import type { KeyEvent, Keystamp, UserApiKey } from 'keystamp';
import { MAX_EVENTS_LIMIT, printableText } from 'keystamp/rules';
import { eventSentence } from '../contract/event-wording.js';
import type { UseRecord } from '../contract/relative-time.js';
import { toApiKeyInfo } from '../routes/api-keys/api-key-info.js';
import { toEventInfo } from '../routes/api-keys/event-info.js';
import { type CliIo, UsageError } from './cli-io.js';
import { historyReader } from './history-reader.js';
import { keyFacts } from './key-facts.js';
import { useRecordOf } from './key-wording.js';
import { ID, keyNamed } from './named-keys.js';
import { type Rotation, rotationText } from './rotation-wording.js';
import { withKeystamp } from './with-keystamp.js';

const EXAMPLES = `
Examples:
  $ keystamp show 5f0c1f5e-3a52-4c0e-9d5c-5a4f0e8f1c11
  $ keystamp show ks_7Hq2 --json | jq '.info.last_used_at, .successor.last_used_at'`;

interface Options {
  readonly history: string;
  readonly json?: true;
}

interface Shown extends Rotation {
  readonly key: UserApiKey;
  readonly record: UseRecord;
  readonly events: readonly KeyEvent[];
  readonly hasMore: boolean;
}

/** `keystamp show` */
export function addShow(program: Command, io: CliIo): void {
  program
    .command('show')
    .description(
      'show all of a key: its last use, what it replaced or was replaced by, its history',
    )
    .argument('<id>', ID)
    .option('--history <n>', 'how many of the newest events', '20')
    .option(
      '--json',
      'print JSON: {info, predecessor, successor, events, tracking_since, restored_at, as_of}',
    )
    .addHelpText('after', EXAMPLES)
    .action((id: string, options: Options) => show(io, id, options));
}

async function show(io: CliIo, name: string, { history, json }: Options): Promise<void> {
  const limit = historyOf(history);
  await withKeystamp(io, async (keystamp) => {
    const shown = await read(keystamp, name, limit);
    if (json) io.out(`${JSON.stringify(onWire(keystamp, shown))}\n`);
    else io.out(await toText(keystamp, shown));
  });
}

function historyOf(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text) && Number(text) <= MAX_EVENTS_LIMIT) return Number(text);
  throw new UsageError(`--history: expected a whole number from 1 to ${MAX_EVENTS_LIMIT}`);
}

async function read(keystamp: Keystamp, name: string, limit: number): Promise<Shown> {
  const key = await keyNamed(keystamp, name);
  const record = await useRecordOf(keystamp);
  const { predecessorId, successorId } = key;
  const predecessor = predecessorId === null ? null : await keystamp.getApiKey(predecessorId);
  const successor = successorId === null ? null : await keystamp.getApiKey(successorId);
  const { events, nextCursor } = await keystamp.listEvents({ keyId: key.id, limit });
  return { key, predecessor, successor, record, events, hasMore: nextCursor !== null };
}

function onWire(keystamp: Keystamp, { key, predecessor, successor, record, events }: Shown) {
  return {
    info: toApiKeyInfo(key),
    predecessor: predecessor === null ? null : toApiKeyInfo(predecessor),
    successor: successor === null ? null : toApiKeyInfo(successor),
    events: events.map(toEventInfo),
    tracking_since: record.trackingSince.toISOString(),
    restored_at: record.restoredAt?.toISOString() ?? null,
    as_of: keystamp.now().toISOString(),
  };
}

async function toText(keystamp: Keystamp, shown: Shown): Promise<string> {
  const { key, record, events, hasMore } = shown;
  const now = keystamp.now();
  const reader = await historyReader(keystamp, events);
  const sentences = events.map((event) => printableText(eventSentence(toEventInfo(event), reader)));
  const more = hasMore ? [`…and more: keystamp events --key ${key.id}`] : [];
  return [
    keyFacts(key, record, now),
    rotationText(key, shown, record, now),
    section('History', [...sentences, ...more]),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function section(heading: string, lines: readonly string[]): string {
  const all = lines.length === 0 ? ['nothing is recorded'] : lines;
  return `${heading}\n${all.map((line) => `  ${line}\n`).join('')}`;
}
