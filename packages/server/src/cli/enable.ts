import type { Command } from 'commander';
import type { EnabledApiKey } from 'keystamp';
import { byAccount } from './account.js';
import { changeEach, type EachChange, type EachOptions } from './change-each.js';
import type { CliIo } from './cli-io.js';
import { IDS, idsOf } from './ids.js';
import { keyName } from './key-wording.js';
import { withKeystamp } from './with-keystamp.js';

const EXAMPLES = `
Examples:
  $ keystamp enable 5f0c1f5e-3a52-4c0e-9d5c-5a4f0e8f1c11
  $ keystamp enable ks_7Hq2`;

/** `keystamp enable` */
export function addEnable(program: Command, io: CliIo): void {
  program
    .command('enable')
    .description('enable keys that were disabled: they work again')
    .argument('[id...]', IDS)
    .option('--json', 'print JSON: {api_keys, as_of}')
    .addHelpText('after', EXAMPLES)
    .action((ids: string[], options: EachOptions) => enable(io, ids, options));
}

async function enable(io: CliIo, given: readonly string[], options: EachOptions): Promise<void> {
  const names = await idsOf(io, given);
  await withKeystamp(io, (keystamp, log) => changeEach(io, keystamp, log, names, ENABLE, options));
}

const ENABLE: EachChange<EnabledApiKey> = {
  action: 'enabled',
  apply: (keystamp, id) => keystamp.enableApiKey(id, byAccount()),
  unchanged: (key) => (key.enabledNow ? null : `${keyName(key)} was not disabled`),
  question: null,
};
