import type { Command } from 'commander';
import type { Keystamp, UserApiKey } from 'keystamp';
import type { UseRecord } from '../contract/relative-time.js';
import { toApiKeyAnswer } from '../routes/api-keys/api-key-info.js';
import { byAccount } from './account.js';
import { isAttended, requireYesFor } from './ask.js';
import { auditKeyFromCli } from './audit-from-cli.js';
import type { CliIo } from './cli-io.js';
import { IDS, idsOf } from './ids.js';
import { keyName, lastUseOf, useRecordOf } from './key-wording.js';
import { idsNamed, noKeys } from './named-keys.js';
import { withKeystamp } from './with-keystamp.js';

const EXAMPLES = `
To stop a key and keep its record: keystamp revoke. To stop it and be able to take that back: keystamp disable.

Examples:
  $ keystamp delete 5f0c1f5e-3a52-4c0e-9d5c-5a4f0e8f1c11
  $ keystamp list --status revoked --json | jq -r '.api_keys[].id' | keystamp delete -`;

interface Options {
  readonly yes?: true;
  readonly json?: true;
}

/** `keystamp delete` */
export function addDelete(program: Command, io: CliIo): void {
  program
    .command('delete')
    .description('delete keys: they stop for good, and their records go')
    .argument('[id...]', IDS)
    .option('--yes', 'do not ask at a terminal')
    .option('--json', 'print JSON, a line for each record as it was: {info, as_of}')
    .addHelpText('after', EXAMPLES)
    .action((ids: string[], options: Options) => deleteKeys(io, ids, options));
}

async function deleteKeys(io: CliIo, given: readonly string[], options: Options): Promise<void> {
  const names = await idsOf(io, given);
  await withKeystamp(io, async (keystamp, log) => {
    const record = await useRecordOf(keystamp);
    const { ids, missing } = await idsNamed(keystamp, names);
    if (isAttended(io) && !options.yes) await ask(io, keystamp, ids, record);
    const gone = [...missing];
    for (const id of ids) {
      const key = await keystamp.deleteApiKey(id, byAccount());
      if (key === null) gone.push(id);
      else {
        const use = lastUseOf(key, record, keystamp.now());
        if (options.json) io.out(`${JSON.stringify(toApiKeyAnswer(keystamp, key))}\n`);
        else io.out(`deleted ${keyName(key)} (${use})\n`);
        auditKeyFromCli(log, 'deleted', key);
      }
    }
    if (gone.length > 0) throw noKeys(gone);
  });
}

/** About each key, used or not: the record of its last use goes too. */
async function ask(io: CliIo, keystamp: Keystamp, ids: readonly string[], record: UseRecord) {
  const keys: UserApiKey[] = [];
  for (const id of ids) {
    const key = await keystamp.getApiKey(id);
    if (key !== null) keys.push(key);
  }
  await requireYesFor(io, keystamp, keys, record, {
    ending: 'delete',
    verb: 'Delete',
    end: ', for good',
  });
}
