import type { Command } from 'commander';
import type { DisabledApiKey } from 'keystamp';
import { byAccount } from './account.js';
import { changeEach, type EachChange } from './change-each.js';
import type { CliIo } from './cli-io.js';
import { IDS, idsOf } from './ids.js';
import { isoDay } from './iso-day.js';
import { keyName } from './key-wording.js';
import { stopUnused, type UnusedForOptions } from './unused-for.js';
import { withKeystamp } from './with-keystamp.js';

const EXAMPLES = `
Whether something still presents the key: keystamp show. To take it back: keystamp enable. With
--unused-for, a key that is used meanwhile is left alone.

Examples:
  $ keystamp disable 5f0c1f5e-3a52-4c0e-9d5c-5a4f0e8f1c11
  $ keystamp disable ks_7Hq2 ks_Lm09
  $ keystamp disable --unused-for 90d --dry-run`;

/** `keystamp disable` */
export function addDisable(program: Command, io: CliIo): void {
  program
    .command('disable')
    .description('disable keys: they stop until they are enabled again')
    .argument('[id...]', IDS)
    .option('--unused-for <days>', 'in place of ids: active keys not used for so long, as in 90d')
    .option('--user <id>', "with --unused-for: only this user's keys")
    .option('--dry-run', 'with --unused-for: change nothing, and say what would change')
    .option('--json', 'print JSON: {api_keys, as_of}; with --unused-for as keystamp sweep')
    .addHelpText('after', EXAMPLES)
    .action((ids: string[], options: UnusedForOptions) => disable(io, ids, options));
}

async function disable(
  io: CliIo,
  given: readonly string[],
  options: UnusedForOptions,
): Promise<void> {
  if (await stopUnused(io, given, 'disableUnused', options)) return;
  const names = await idsOf(io, given);
  await withKeystamp(io, (keystamp, log) => changeEach(io, keystamp, log, names, DISABLE, options));
}

const DISABLE: EachChange<DisabledApiKey> = {
  action: 'disabled',
  apply: (keystamp, id) => keystamp.disableApiKey(id, byAccount()),
  unchanged: (key) => {
    const { disabledAt, disabledNow } = key;
    if (disabledNow || disabledAt === null) return null;
    return `${keyName(key)} was disabled already on ${isoDay(disabledAt)}`;
  },
  question: null,
};
