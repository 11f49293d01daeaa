import type { Command } from 'commander';
import type { UserApiKey } from 'keystamp';
import { toApiKeyAnswer } from '../api-keys/api-key-info.js';
import { demandYes, isAttended } from './ask.js';
import { auditKeyFromCli } from './audit-from-cli.js';
import { CliFailure, type CliIo } from './cli-io.js';
import { keyName, lastUseOf, trackingSinceOf } from './key-wording.js';
import { withKeystamp } from './with-keystamp.js';

const EXAMPLE = `
To stop a key and keep its record: keystamp revoke.

Example:
  $ keystamp delete 5f0c1f5e-3a52-4c0e-9d5c-5a4f0e8f1c11`;

interface Options {
  readonly yes?: true;
  readonly json?: true;
}

/** `keystamp delete` */
export function addDelete(program: Command, io: CliIo): void {
  program
    .command('delete')
    .description('delete a key: it stops for ever, and its record goes')
    .argument('<id>', 'id of the key')
    .option('--yes', 'do not ask at a terminal')
    .option('--json', 'print JSON, the record as it was: {info, as_of}')
    .addHelpText('after', EXAMPLE)
    .action((id: string, options: Options) => deleteKey(io, id, options));
}

async function deleteKey(io: CliIo, id: string, { yes, json }: Options): Promise<void> {
  await withKeystamp(io, async (keystamp, log) => {
    const trackingSince = await trackingSinceOf(keystamp);
    const told = (key: UserApiKey) =>
      `${keyName(key)} (${lastUseOf(key, trackingSince, keystamp.now())})`;
    if (isAttended(io) && !yes) {
      const key = (await keystamp.getApiKey(id)) ?? refuseMissing(id);
      await demandYes(io, `Delete ${told(key)}, for good?`);
    }
    const key = (await keystamp.deleteApiKey(id)) ?? refuseMissing(id);
    if (json) io.out(`${JSON.stringify(toApiKeyAnswer(keystamp, key))}\n`);
    else io.out(`deleted ${told(key)}\n`);
    auditKeyFromCli(log, 'deleted', key);
  });
}

function refuseMissing(id: string): never {
  throw new CliFailure(`there is no key ${id}`);
}
