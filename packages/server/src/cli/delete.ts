import type { Command } from 'commander';
import type { UserApiKey } from 'keystamp';
import { toApiKeyAnswer } from '../routes/api-keys/api-key-info.js';
import { isAttended, requireYes } from './ask.js';
import { auditKeyFromCli } from './audit-from-cli.js';
import { CliFailure, type CliIo } from './cli-io.js';
import { IDS, idsOf } from './ids.js';
import { keyName, lastUseOf, useRecordOf } from './key-wording.js';
import { withKeystamp } from './with-keystamp.js';

const EXAMPLES = `
To stop a key and keep its record: keystamp revoke.

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
  const ids = await idsOf(io, given);
  const missing: string[] = [];
  await withKeystamp(io, async (keystamp, log) => {
    const record = await useRecordOf(keystamp);
    const describe = (key: UserApiKey) =>
      `${keyName(key)} (${lastUseOf(key, record, keystamp.now())})`;
    for (const id of ids) {
      if (isAttended(io) && !options.yes) {
        const found = await keystamp.getApiKey(id);
        if (found !== null) await requireYes(io, `Delete ${describe(found)}, for good?`);
      }
      const key = await keystamp.deleteApiKey(id);
      if (key === null) missing.push(id);
      else {
        if (options.json) io.out(`${JSON.stringify(toApiKeyAnswer(keystamp, key))}\n`);
        else io.out(`deleted ${describe(key)}\n`);
        auditKeyFromCli(log, 'deleted', key);
      }
    }
  });
  if (missing.length > 0) throw new CliFailure(`there is no key ${missing.join(', ')}`);
}
