import type { Command } from 'commander';
import type { RevokedApiKey } from 'keystamp';
import { byAccount } from './account.js';
import { changeEach, type EachChange } from './change-each.js';
import type { CliIo } from './cli-io.js';
import { IDS, idsOf } from './ids.js';
import { isoDay } from './iso-day.js';
import { keyName } from './key-wording.js';
import { stopUnused, type UnusedForOptions } from './unused-for.js';
import { withKeystamp } from './with-keystamp.js';

const EXAMPLES = `
At a terminal it asks first, where a key was used within 35 days or has no recorded use. To try it first, and be
able to take it back: keystamp disable. With --unused-for, a key that is used meanwhile is left alone.

Examples:
  $ keystamp revoke 5f0c1f5e-3a52-4c0e-9d5c-5a4f0e8f1c11
  $ keystamp revoke ks_7Hq2 ks_Lm09 --yes
  $ keystamp revoke --unused-for 365d --dry-run`;

/** `keystamp revoke` */
export function addRevoke(program: Command, io: CliIo): void {
  program
    .command('revoke')
    .description('revoke keys: they stop for good, their records stay')
    .argument('[id...]', IDS)
    .option('--yes', 'do not ask at a terminal')
    .option('--unused-for <days>', 'in place of ids: active keys not used for so long, as in 365d')
    .option('--user <id>', "with --unused-for: only this user's keys")
    .option('--dry-run', 'with --unused-for: change nothing, and say what would change')
    .option('--json', 'print JSON: {api_keys, as_of}; with --unused-for as keystamp sweep')
    .addHelpText('after', EXAMPLES)
    .action((ids: string[], options: UnusedForOptions) => revoke(io, ids, options));
}

async function revoke(
  io: CliIo,
  given: readonly string[],
  options: UnusedForOptions,
): Promise<void> {
  if (await stopUnused(io, given, 'revokeUnused', options)) return;
  const names = await idsOf(io, given);
  await withKeystamp(io, (keystamp, log) => changeEach(io, keystamp, log, names, REVOKE, options));
}

const REVOKE: EachChange<RevokedApiKey> = {
  action: 'revoked',
  apply: (keystamp, id) => keystamp.revokeApiKey(id, byAccount()),
  unchanged: (key) => {
    const { revokedAt, revokedNow } = key;
    if (revokedNow || revokedAt === null) return null;
    return `${keyName(key)} was revoked already on ${isoDay(revokedAt)}`;
  },
  question: { ending: 'revoke', verb: 'Revoke', end: ', for good' },
};
