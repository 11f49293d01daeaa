import type { Command } from 'commander';
import type { Keystamp, UserApiKey } from 'keystamp';
import { mayBeInUse } from '../contract/use-age.js';
import { requireAdminsSuccessor } from '../routes/api-keys/introspect-grant.js';
import { byAccount } from './account.js';
import { isAttended, requireYesFor } from './ask.js';
import { auditKeyFromCli } from './audit-from-cli.js';
import type { CliIo } from './cli-io.js';
import { parseGrace } from './duration.js';
import { useRecordOf } from './key-wording.js';
import { ID, keyNamed, noKeys } from './named-keys.js';
import { printIssued } from './print-issued.js';
import { repeatIfLost } from './repeat-if-lost.js';
import { withKeystamp } from './with-keystamp.js';

const EXAMPLES = `
The new key is printed once, alone on standard output; notes go to standard error. At a terminal it asks first, where
the old key was used within 35 days or has no recorded use.

Examples:
  $ keystamp rotate 5f0c1f5e-3a52-4c0e-9d5c-5a4f0e8f1c11
  $ keystamp rotate ks_7Hq2 --grace 7d`;

interface Options {
  readonly grace: string;
  readonly yes?: true;
  readonly json?: true;
}

/** `keystamp rotate` */
export function addRotate(program: Command, io: CliIo): void {
  program
    .command('rotate')
    .description('replace a key by a successor and print that')
    .argument('<id>', ID)
    .option(
      '--grace <duration>',
      'how long the old one goes on, up to 30d; 0: it stops at once',
      '1d',
    )
    .option('--yes', 'do not ask at a terminal')
    .option('--json', 'print JSON: {api_key, info, as_of}')
    .addHelpText('after', EXAMPLES)
    .action((id: string, options: Options) => rotate(io, id, options));
}

async function rotate(io: CliIo, name: string, options: Options): Promise<void> {
  const graceSeconds = parseGrace(options.grace);
  await withKeystamp(io, async (keystamp, log) => {
    const before = await keyNamed(keystamp, name);
    await requireAdminsSuccessor(keystamp.database, before);
    if (!options.yes) await ask(io, keystamp, before, options.grace);
    const { id } = before;
    const issued = await repeatIfLost((idempotencyKey) =>
      keystamp.rotateApiKey(id, { graceSeconds, idempotencyKey }, byAccount()),
    );
    if (issued === null) throw noKeys([id]);
    try {
      await printIssued(io, keystamp, issued, options.json);
      if (!options.json) io.err(await endOf(keystamp, id, graceSeconds));
    } finally {
      auditKeyFromCli(log, 'rotated', issued.key, { replaces: id, graceSeconds });
    }
  });
}

async function ask(io: CliIo, keystamp: Keystamp, key: UserApiKey, grace: string): Promise<void> {
  if (!isAttended(io)) return;
  const record = await useRecordOf(keystamp);
  if (!mayBeInUse({ ...key, ...record }, keystamp.now())) return;
  const end =
    grace === '0' ? ', and stop the old key at once' : `, and stop the old key in ${grace}`;
  await requireYesFor(io, keystamp, [key], record, { ending: 'rotate', verb: 'Rotate', end });
}

/** The old key ends with the grace, or earlier where it would have expired anyway. */
async function endOf(keystamp: Keystamp, id: string, graceSeconds: number): Promise<string> {
  if (graceSeconds === 0) {
    return 'The old key stopped at once. To let the next one go on for a while: --grace 7d\n';
  }
  const expiresAt = (await keystamp.getApiKey(id))?.expiresAt;
  return expiresAt
    ? `The old key goes on until ${expiresAt.toISOString()}\nWhether it is still used: keystamp show ${id}\n`
    : '';
}
