import type { Command } from 'commander';
import type { RevokedApiKey } from 'keystamp';
import type { UseRecord } from '../contract/relative-time.js';
import { toApiKeyInfo } from '../routes/api-keys/api-key-info.js';
import { auditKeyFromCli } from './audit-from-cli.js';
import { CliFailure, type CliIo } from './cli-io.js';
import { IDS, idsOf } from './ids.js';
import { isoDay } from './iso-day.js';
import { keyName, lastUseOf, useRecordOf } from './key-wording.js';
import { withKeystamp } from './with-keystamp.js';

const EXAMPLES = `
Examples:
  $ keystamp revoke 5f0c1f5e-3a52-4c0e-9d5c-5a4f0e8f1c11
  $ keystamp list --unused-for 365d --json | jq -r '.api_keys[].id' | keystamp revoke -`;

/** `keystamp revoke` */
export function addRevoke(program: Command, io: CliIo): void {
  program
    .command('revoke')
    .description('revoke keys: they stop for good, their records stay')
    .argument('[id...]', IDS)
    .option('--json', 'print JSON: {api_keys, as_of}')
    .addHelpText('after', EXAMPLES)
    .action((ids: string[], options: { json?: true }) => revoke(io, ids, options.json));
}

interface Revoked {
  readonly keys: RevokedApiKey[];
  readonly missing: string[];
  record: UseRecord;
  now: Date;
}

async function revoke(io: CliIo, given: readonly string[], json: true | undefined): Promise<void> {
  const ids = await idsOf(io, given);
  const revoked: Revoked = {
    keys: [],
    missing: [],
    record: { trackingSince: new Date(0), restoredAt: null },
    now: new Date(0),
  };
  try {
    await withKeystamp(io, async (keystamp, log) => {
      revoked.record = await useRecordOf(keystamp);
      revoked.now = keystamp.now();
      for (const id of ids) {
        const key = await keystamp.revokeApiKey(id);
        if (key === null) revoked.missing.push(id);
        else {
          revoked.keys.push(key);
          if (key.revokedNow) auditKeyFromCli(log, 'revoked', key);
        }
      }
    });
  } catch (error) {
    // The keys that were revoked before a failure are listed too.
    if (revoked.keys.length > 0) tell(io, revoked, json);
    throw error;
  }
  tell(io, revoked, json);
  const { missing } = revoked;
  if (missing.length > 0) throw new CliFailure(`there is no key ${missing.join(', ')}`);
}

function tell(io: CliIo, { keys, record, now }: Revoked, json: true | undefined): void {
  const onWire = () => ({ api_keys: keys.map(toApiKeyInfo), as_of: now.toISOString() });
  if (json) io.out(`${JSON.stringify(onWire())}\n`);
  else for (const key of keys) io.out(`${describe(key, record, now)}\n`);
}

function describe(key: RevokedApiKey, record: UseRecord, now: Date): string {
  const { revokedAt, revokedNow } = key;
  if (!revokedNow && revokedAt !== null) {
    return `${keyName(key)} was revoked already on ${isoDay(revokedAt)}`;
  }
  return `revoked ${keyName(key)} (${lastUseOf(key, record, now)})`;
}
