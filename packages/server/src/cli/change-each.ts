import { type Keystamp, KeystampError, type UserApiKey } from 'keystamp';
import type { Logger } from 'pino';
import type { AuditedAction } from '../audit/key-audit.js';
import type { UseRecord } from '../contract/relative-time.js';
import { mayBeInUse } from '../contract/use-age.js';
import { toApiKeyInfo } from '../routes/api-keys/api-key-info.js';
import { isAttended, type Question, requireYesFor } from './ask.js';
import { auditKeyFromCli } from './audit-from-cli.js';
import { CliFailure, type CliIo } from './cli-io.js';
import { keyName, lastUseOf, useRecordOf } from './key-wording.js';
import { idsNamed, noKeys } from './named-keys.js';

/** What a command does to each of the keys that it names. */
export interface EachChange<Key extends UserApiKey> {
  readonly action: AuditedAction;
  /** Null: there is no such key any more. */
  apply(keystamp: Keystamp, id: string): Promise<Key | null>;
  /** What to say of a key that was so before; null: it was changed now. */
  unchanged(key: Key): string | null;
  /** What a person is asked first about keys that may be in use; null: nothing. */
  readonly question: Question | null;
}

export interface EachOptions {
  readonly yes?: true;
  readonly json?: true;
}

interface Done<Key> {
  readonly keys: Key[];
  readonly missing: string[];
  readonly failures: string[];
  record: UseRecord;
  now: Date;
}

/** Changes the keys one by one, and says what became of each, also where a later one fails. */
export async function changeEach<Key extends UserApiKey>(
  io: CliIo,
  keystamp: Keystamp,
  log: Logger,
  names: readonly string[],
  change: EachChange<Key>,
  options: EachOptions,
): Promise<void> {
  const record = await useRecordOf(keystamp);
  const { ids, missing } = await idsNamed(keystamp, names);
  if (!options.yes) await ask(io, keystamp, ids, record, change);
  const done: Done<Key> = {
    keys: [],
    missing: [...missing],
    failures: [],
    record,
    now: keystamp.now(),
  };
  try {
    for (const id of ids) await changeOne(keystamp, log, id, change, done);
  } catch (error) {
    // The keys that were changed before a failure are listed too.
    if (done.keys.length > 0) report(io, done, change, options.json);
    throw error;
  }
  report(io, done, change, options.json);
  const { failures } = done;
  if (done.missing.length > 0) failures.unshift(noKeys(done.missing).message);
  if (failures.length > 0) throw new CliFailure(failures.join('\nkeystamp: '));
}

async function ask<Key extends UserApiKey>(
  io: CliIo,
  keystamp: Keystamp,
  ids: readonly string[],
  record: UseRecord,
  { question }: EachChange<Key>,
): Promise<void> {
  if (question === null || !isAttended(io)) return;
  const keys: UserApiKey[] = [];
  for (const id of ids) {
    const key = await keystamp.getApiKey(id);
    const isAsked = key !== null && key.revokedAt === null;
    if (isAsked && mayBeInUse({ ...key, ...record }, keystamp.now())) keys.push(key);
  }
  await requireYesFor(io, keystamp, keys, record, question);
}

/** A key that cannot be changed so does not keep the others from it. */
async function changeOne<Key extends UserApiKey>(
  keystamp: Keystamp,
  log: Logger,
  id: string,
  { action, apply, unchanged }: EachChange<Key>,
  { keys, missing, failures }: Done<Key>,
): Promise<void> {
  try {
    const key = await apply(keystamp, id);
    if (key === null) return void missing.push(id);
    keys.push(key);
    if (unchanged(key) === null) auditKeyFromCli(log, action, key);
  } catch (error) {
    if (!(error instanceof KeystampError) || error.code !== 'key_revoked') throw error;
    failures.push(`${id}: ${error.message}`);
  }
}

function report<Key extends UserApiKey>(
  io: CliIo,
  { keys, record, now }: Done<Key>,
  { action, unchanged }: EachChange<Key>,
  json: true | undefined,
): void {
  if (json) {
    const onWire = { api_keys: keys.map(toApiKeyInfo), as_of: now.toISOString() };
    io.out(`${JSON.stringify(onWire)}\n`);
    return;
  }
  for (const key of keys) {
    const done = `${action} ${keyName(key)} (${lastUseOf(key, record, now)})`;
    io.out(`${unchanged(key) ?? done}\n`);
  }
}
