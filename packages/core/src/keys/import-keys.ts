import { type Database, type Executor, inTransaction } from '../database/database.js';
import { ArgumentError } from '../errors.js';
import { hashApiKey, toKeyHash } from '../key-format/api-key.js';
import type { ImportOptions } from '../keystamp.js';
import { checkActor } from '../model/actor.js';
import {
  addressForId,
  checkMetadata,
  checkName,
  checkNewUserId,
  checkNote,
  checkScopes,
  isStorableTime,
  isText,
} from '../model/arguments.js';
import type { ImportApiKeyInput, ImportOutcome } from '../model/import-api-key-input.js';
import { checkFields, checkItem, type FieldsOf } from '../model/known-fields.js';
import { MAX_BULK } from '../rules/index.js';
import { addUsers, importKeys } from '../sql/import-keys.js';

const IMPORTED: FieldsOf<ImportApiKeyInput> = {
  keyHash: true,
  userId: true,
  name: true,
  keyPrefix: true,
  scopes: true,
  createdAt: true,
  expiresAt: true,
  lastUsedAt: true,
  revokedAt: true,
  disabledAt: true,
  note: true,
  metadata: true,
};
const OPTIONS: FieldsOf<ImportOptions> = { actor: true, session: true };
const MAX_PREFIX = 16;

/** Two good clocks agree within this; what lies further ahead is another unit, or another year. */
const CLOCKS_DIFFER_MS = 60_000;

/** All or none of them; one outcome a key, in order. `nowMs` is the database's clock. */
export async function importApiKeys(
  database: Database,
  nowMs: number,
  keys: readonly ImportApiKeyInput[],
  options: ImportOptions,
): Promise<ImportOutcome[]> {
  const { checked, session, actor } = checkImports(keys, options, nowMs);
  const add = (executor: Executor) => addKeys(executor, checked, actor);
  const added = await (session === undefined ? inTransaction(database, add) : add(session));
  return checked.map(({ keyHash }) => {
    // Of a hash given twice, the first is imported.
    return added.delete(Buffer.from(keyHash).toString('hex')) ? 'imported' : 'exists';
  });
}

/** Checks an import without asking the database. */
export function checkImports(
  keys: readonly ImportApiKeyInput[],
  options: ImportOptions,
  nowMs: number,
) {
  if (!Array.isArray(keys) || keys.length > MAX_BULK) {
    throw new ArgumentError('keys', `a list of at most ${MAX_BULK} keys`);
  }
  const { session, actor } = checkFields(options, OPTIONS, 'options');
  const by = checkActor(actor);
  const checked = Array.from(keys, (key, i) => checkImported(key, `keys[${i}]`, nowMs));
  return { checked, session, actor: by };
}

async function addKeys(
  executor: Executor,
  keys: readonly ImportApiKeyInput[],
  actor: string,
): Promise<Set<string>> {
  const refused = await addUsers(
    executor,
    keys.map(({ userId }) => userId),
  );
  const wrong = keys.findIndex(({ userId }) => refused.has(userId));
  if (wrong >= 0) throw addressForId(`keys[${wrong}].userId`);
  return importKeys(executor, keys, actor);
}

function checkImported(given: ImportApiKeyInput, field: string, nowMs: number): ImportApiKeyInput {
  return checkItem(given, IMPORTED, field, (key) => {
    const { keyHash, createdAt } = key;
    const past = (name: 'lastUsedAt' | 'revokedAt' | 'disabledAt') =>
      checkPastOrNull(key[name] ?? null, name, nowMs);
    return {
      keyHash: checkHash(keyHash),
      userId: checkNewUserId(key.userId),
      name: checkName(requireOther(keyHash, key.name, 'name')),
      keyPrefix: key.keyPrefix === undefined ? '' : checkPrefix(keyHash, key.keyPrefix),
      scopes: key.scopes === undefined ? [] : checkScopes(key.scopes),
      expiresAt: checkTime(key.expiresAt ?? null, 'expiresAt'),
      lastUsedAt: past('lastUsedAt'),
      revokedAt: past('revokedAt'),
      disabledAt: past('disabledAt'),
      note: checkNote(requireOther(keyHash, key.note ?? null, 'note')),
      metadata: checkMetadata(key.metadata ?? {}),
      createdAt: createdAt === undefined ? undefined : checkPast(createdAt, 'createdAt', nowMs),
    };
  });
}

function checkHash(keyHash: unknown): Uint8Array {
  if (keyHash instanceof Uint8Array && keyHash.length === 32) return keyHash;
  throw new ArgumentError('keyHash', '32 bytes, the SHA-256 of a whole key');
}

/** Longer than a prefix it could be the key itself; a short key is. */
function checkPrefix(keyHash: Uint8Array, keyPrefix: unknown): string {
  const isPrefix =
    isText(keyPrefix) && keyPrefix.length <= MAX_PREFIX && /^[ -~]*$/.test(keyPrefix);
  if (isPrefix) return requireOther(keyHash, keyPrefix, 'keyPrefix');
  throw new ArgumentError('keyPrefix', `at most ${MAX_PREFIX} printable ASCII characters`);
}

/** What is shown in clear must not be the key that the hash is of (K1). */
function requireOther<T extends string | null>(keyHash: Uint8Array, text: T, field: string): T {
  if (typeof text !== 'string' || hashApiKey(text) !== toKeyHash(keyHash)) return text;
  throw new ArgumentError(field, 'another text than the whole key');
}

function checkTime(time: unknown, field: string): Date | null {
  if (time === null || isStorableTime(time)) return time;
  throw new ArgumentError(field, 'a time of the years 1 to 9999, or null');
}

function checkPastOrNull(time: unknown, field: string, nowMs: number): Date | null {
  return time === null ? null : checkPast(time, field, nowMs);
}

function checkPast(time: unknown, field: string, nowMs: number): Date {
  if (isStorableTime(time) && time.getTime() <= nowMs + CLOCKS_DIFFER_MS) return time;
  throw new ArgumentError(field, 'a time in the past, from the year 1 on');
}
