import type { Keystamp, SweepPolicy, SweepResult, SweptApiKey, UserApiKey } from 'keystamp';
import { printableText } from 'keystamp/rules';
import type { Logger } from 'pino';
import type { UseRecord } from '../contract/relative-time.js';
import { mayBeInUse } from '../contract/use-age.js';
import { toApiKeyInfo } from '../routes/api-keys/api-key-info.js';
import { given } from '../routes/api-keys/input.js';
import { byAccount } from './account.js';
import { isAttended, requireYesFor } from './ask.js';
import { auditKeyFromCli } from './audit-from-cli.js';
import type { CliIo } from './cli-io.js';
import { consequenceLine, keyName, lastUseOf, useRecordOf } from './key-wording.js';
import { userNamed } from './name-user.js';
import { withKeystamp } from './with-keystamp.js';

/** What the commands take that stop keys by a policy. */
export interface SweepOptions {
  readonly user?: string;
  readonly dryRun?: true;
  readonly yes?: true;
  readonly json?: true;
}

type Days = Pick<SweepPolicy, 'disableUnused' | 'revokeUnused' | 'revokeDisabled'>;

/** Stops the keys that the days find stale, or says which it would. Keys in use and kept ones are left alone, and named. */
export async function sweepKeys(io: CliIo, days: Days, options: SweepOptions): Promise<void> {
  await withKeystamp(io, async (keystamp, log) => {
    const { user, dryRun } = options;
    const userId = user === undefined ? undefined : (await userNamed(keystamp.database, user)).id;
    const policy: SweepPolicy = given({ ...days, userId, dryRun, ...byAccount() });
    const record = await useRecordOf(keystamp);
    if (!options.yes && !dryRun) await ask(io, keystamp, policy, record);
    const swept: SweptApiKey[] = [];
    const onKeys = (keys: readonly SweptApiKey[]) => {
      if (!dryRun) audit(log, keys);
      if (options.json) swept.push(...keys);
      else for (const one of keys) io.out(`${lineOf(one, record, keystamp.now(), dryRun)}\n`);
    };
    const counts = await keystamp.sweep({ ...policy, onKeys });
    if (options.json) io.out(`${JSON.stringify(onWire(keystamp, swept, counts, dryRun))}\n`);
    else io.err(summaryOf(counts, dryRun));
  });
}

/** A person is asked about the keys that would be revoked, where something may still use them. */
async function ask(
  io: CliIo,
  keystamp: Keystamp,
  policy: SweepPolicy,
  record: UseRecord,
): Promise<void> {
  if (!isAttended(io)) return;
  const keys: UserApiKey[] = [];
  const onKeys = (swept: readonly SweptApiKey[]) => {
    for (const { key, outcome } of swept) {
      if (outcome === 'revoked' && mayBeInUse({ ...key, ...record }, keystamp.now()))
        keys.push(key);
    }
  };
  await keystamp.sweep({ ...policy, dryRun: true, onKeys });
  await requireYesFor(io, keystamp, keys, record, {
    ending: 'revoke',
    verb: 'Revoke',
    end: ', for good',
  });
}

function audit(log: Logger, swept: readonly SweptApiKey[]): void {
  for (const { key, outcome } of swept) {
    const isStopped = outcome === 'disabled' || outcome === 'revoked';
    if (isStopped) auditKeyFromCli(log, outcome, key, { bulk: true });
  }
}

function lineOf(
  { key, outcome }: SweptApiKey,
  record: UseRecord,
  now: Date,
  dryRun: true | undefined,
): string {
  const name = keyName(key);
  const use = lastUseOf(key, record, now);
  switch (outcome) {
    case 'disabled':
      return dryRun
        ? `would disable ${consequenceLine('disable', key, record, now)}`
        : `disabled ${name} (${use})`;
    case 'revoked':
      return dryRun
        ? `would revoke ${consequenceLine('revoke', key, record, now)}`
        : `revoked ${name} (${use})`;
    case 'kept':
      return `left alone ${name}: kept until ${printableText(key.metadata['keep-until'] ?? '')}`;
    case 'used_meanwhile':
      return `left alone ${name}: used meanwhile`;
    case 'changed_meanwhile':
      return `left alone ${name}: changed meanwhile`;
  }
}

function summaryOf(counts: SweepResult, dryRun: true | undefined): string {
  const { disabled, revoked, kept, usedMeanwhile, changedMeanwhile } = counts;
  const leftAlone = kept + usedMeanwhile + changedMeanwhile;
  const all = `${disabled} disabled, ${revoked} revoked, ${leftAlone} left alone`;
  return dryRun ? `Nothing was changed. It would be: ${all}.\n` : `Done: ${all}.\n`;
}

function onWire(
  keystamp: Keystamp,
  swept: readonly SweptApiKey[],
  { usedMeanwhile, changedMeanwhile, ...same }: SweepResult,
  dryRun: true | undefined,
) {
  return {
    dry_run: dryRun === true,
    ...same,
    used_meanwhile: usedMeanwhile,
    changed_meanwhile: changedMeanwhile,
    results: swept.map(({ key, outcome }) => ({ outcome, info: toApiKeyInfo(key) })),
    as_of: keystamp.now().toISOString(),
  };
}
