import { createHash } from 'node:crypto';
import type { Command } from 'commander';
import type { Keystamp, UserApiKey } from 'keystamp';
import { printableText } from 'keystamp/rules';
import { isApiKeyShape } from 'keystamp/shape';
import { toApiKeyAnswer } from '../routes/api-keys/api-key-info.js';
import { CliFailure, type CliIo } from './cli-io.js';
import { keyName, lastUseOf, useRecordOf } from './key-wording.js';
import { readSecret } from './read-secret.js';
import { withKeystamp } from './with-keystamp.js';

const EXAMPLES = `
The key is the first line of standard input; at a terminal it is asked for, and not shown. This is no use of the key,
which is neither stored nor logged. An unknown key ends with 1.

Examples:
  $ keystamp whose < key.txt
  $ pbpaste | keystamp whose --json`;

/** `keystamp whose` */
export function addWhose(program: Command, io: CliIo): void {
  program
    .command('whose')
    .description('say whose a key is that was found somewhere; it is read from standard input')
    .option('--json', 'print JSON: {info, as_of}')
    .addHelpText('after', EXAMPLES)
    .action((options: { json?: true }) => whose(io, options.json));
}

async function whose(io: CliIo, json: true | undefined): Promise<void> {
  const apiKey = (await readSecret(io.stdin, io.err, 'Key: '))?.trim();
  if (!apiKey) throw new CliFailure('no key: expected it as the first line of standard input');
  await withKeystamp(io, async (keystamp) => {
    const key = await findByText(keystamp, apiKey);
    if (key === null) throw unknown(apiKey);
    if (json) io.out(`${JSON.stringify(toApiKeyAnswer(keystamp, key))}\n`);
    else io.out(await sentence(keystamp, key));
  });
}

/** By its hash: a validation would count as a use, or leave an event of a key that was refused. */
async function findByText(keystamp: Keystamp, apiKey: string): Promise<UserApiKey | null> {
  const keyHash = createHash('sha256').update(apiKey).digest();
  const { keys } = await keystamp.listApiKeys({ keyHash, sort: 'created_at', limit: 1 });
  return keys[0] ?? null;
}

async function sentence(keystamp: Keystamp, key: UserApiKey): Promise<string> {
  const use = lastUseOf(key, await useRecordOf(keystamp), keystamp.now());
  const owner = printableText(key.userEmail ?? key.userId);
  return `${keyName(key)} of ${owner}: ${key.status}, ${use}\nid ${key.id}\n`;
}

/** The text is not repeated: it may be a key with a typing error. */
function unknown(apiKey: string): CliFailure {
  const hint = isApiKeyShape(apiKey)
    ? 'it is deleted, or of another database'
    : 'its checksum is wrong, so part of it may be missing or mistyped, or it was made elsewhere';
  return new CliFailure(`no key has this text: ${hint}`);
}
