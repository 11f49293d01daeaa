import type { Command } from 'commander';
import type { Keystamp } from 'keystamp';
import { requireAdminsSuccessor } from '../routes/api-keys/introspect-grant.js';
import { auditKeyFromCli } from './audit-from-cli.js';
import { CliFailure, type CliIo } from './cli-io.js';
import { parseGrace } from './duration.js';
import { printIssued } from './print-issued.js';
import { repeatIfLost } from './repeat-if-lost.js';
import { withKeystamp } from './with-keystamp.js';

const EXAMPLES = `
The new key is printed once, alone on standard output; notes go to standard error.

Example:
  $ keystamp rotate 5f0c1f5e-3a52-4c0e-9d5c-5a4f0e8f1c11 --grace 7d`;

interface Options {
  readonly grace: string;
  readonly json?: true;
}

/** `keystamp rotate` */
export function addRotate(program: Command, io: CliIo): void {
  program
    .command('rotate')
    .description('replace a key by a successor and print that')
    .argument('<id>', 'id of the key')
    .option(
      '--grace <duration>',
      'how long the old one goes on, up to 30d; 0: it stops at once',
      '0',
    )
    .option('--json', 'print JSON: {api_key, info, as_of}')
    .addHelpText('after', EXAMPLES)
    .action((id: string, options: Options) => rotate(io, id, options));
}

async function rotate(io: CliIo, id: string, { grace, json }: Options): Promise<void> {
  const graceSeconds = parseGrace(grace);
  await withKeystamp(io, async (keystamp, log) => {
    const before = await keystamp.getApiKey(id);
    if (before !== null) await requireAdminsSuccessor(keystamp.database, before);
    const issued = await repeatIfLost((idempotencyKey) =>
      keystamp.rotateApiKey(id, { graceSeconds, idempotencyKey }),
    );
    if (issued === null) throw new CliFailure(`there is no key ${id}`);
    try {
      await printIssued(io, keystamp, issued, json);
      if (!json) io.err(await endOf(keystamp, id, graceSeconds));
    } finally {
      auditKeyFromCli(log, 'rotated', issued.key, { replaces: id, graceSeconds });
    }
  });
}

/** The old key ends with the grace, or earlier where it would have expired anyway. */
async function endOf(keystamp: Keystamp, id: string, graceSeconds: number): Promise<string> {
  if (graceSeconds === 0) {
    return 'The old key stopped at once. To let the next one go on for a while: --grace 7d\n';
  }
  const expiresAt = (await keystamp.getApiKey(id))?.expiresAt;
  return expiresAt ? `The old key goes on until ${expiresAt.toISOString()}\n` : '';
}
