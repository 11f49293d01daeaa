import type { Database } from 'keystamp/database';
import { countOtherConnections } from '../sql/count-other-connections.js';
import { requireYes } from './ask.js';
import type { CliIo } from './cli-io.js';

/** What is lost with each migration that is taken back; null: nothing that comes not back with it. */
export const HELD_BY_MIGRATION: Readonly<Record<string, string | null>> = {
  '000001_users_and_api_keys': 'all users and all keys',
  '000002_last_used_at': 'the last use of every key',
  '000003_notify_changes': null,
  '000004_api_keys_created_at_index': null,
  '000005_sessions': 'all sessions, so that everybody signs in again',
  '000006_imported_keys': 'which keys were imported: those of another shape stop working',
  '000007_oidc_sign_in': 'who is whom at the provider of OpenID Connect',
  '000008_successor': 'which keys were rotated: they can be rotated again',
  '000009_imported_by_hand': null,
  '000010_bounded_sessions': null,
  '000011_idempotency_keys':
    'which requests were sent already: one that is sent again makes a second key',
  '000012_search_path': null,
  '000013_listener_probe': null,
  '000014_restored_backup': 'that a backup was restored: keys used before may look unused',
  '000015_disable_and_describe':
    'all notes and metadata, and what keys replaced; disabled keys are revoked, for good',
  '000016_key_events': 'the history of all keys',
  '000017_sweep': null,
  '000018_policy_run': null,
};

/** Says at the terminal what `names` would take along, and goes on only where a person says yes. */
export async function confirmDown(
  io: CliIo,
  database: Database,
  names: readonly string[],
): Promise<void> {
  if (names.length === 0) return;
  const lines = names.map((name) => `  ${name}${lossOf(name)}\n`);
  io.err(`This takes back, and what they hold is gone for good:\n${lines.join('')}`);
  io.err(await connectedNow(database));
  await requireYes(io, 'Take them back?');
}

function lossOf(name: string): string {
  const held = HELD_BY_MIGRATION[name];
  return held === null ? '' : `: ${held ?? 'what it holds'}`;
}

/** Nobody else has an embedded database open. */
async function connectedNow(database: Database): Promise<string> {
  const count = database.kind === 'embedded' ? 0 : await countOtherConnections(database);
  if (count === 0) return '';
  const are = count === 1 ? '1 connection of Keystamp is' : `${count} connections of Keystamp are`;
  return `${are} open to this database: instances that run fail without what they need.\n`;
}
