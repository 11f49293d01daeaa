import { type Database, inTransaction } from '../database/database.js';
import { ArgumentError } from '../errors.js';
import { checkItem, type FieldsOf } from '../known-fields.js';
import { addUsers, importKeys } from '../sql/import-keys.js';
import {
  addressForId,
  checkName,
  checkScopes,
  checkUserId,
  isStorableTime,
  isText,
  LIMITS,
} from './arguments.js';
import type { ImportedApiKey, ImportOutcome } from './imported-api-key.js';

const IMPORTED: FieldsOf<ImportedApiKey> = {
  keyHash: true,
  userId: true,
  name: true,
  keyPrefix: true,
  scopes: true,
  createdAt: true,
  expiresAt: true,
  lastUsedAt: true,
};
const MOST_PREFIX = 16;

/** All or none of them; one outcome a key, in order. */
export async function importApiKeys(
  database: Database,
  keys: readonly ImportedApiKey[],
): Promise<ImportOutcome[]> {
  if (!Array.isArray(keys) || keys.length > LIMITS.bulk) {
    throw new ArgumentError('keys', `a list of at most ${LIMITS.bulk} keys`);
  }
  const checked = Array.from(keys, (key, i) => checkImported(key, `keys[${i}]`));
  const added = await inTransaction(database, async (session) => {
    const refused = await addUsers(
      session,
      checked.map(({ userId }) => userId),
    );
    const wrong = checked.findIndex(({ userId }) => refused.has(userId));
    if (wrong >= 0) throw addressForId(`keys[${wrong}].userId`);
    return importKeys(session, checked);
  });
  return checked.map(({ keyHash }) => {
    // Of a hash given twice, the first is imported.
    return added.delete(Buffer.from(keyHash).toString('hex')) ? 'imported' : 'exists';
  });
}

function checkImported(key: ImportedApiKey, field: string): ImportedApiKey {
  return checkItem(key, IMPORTED, field, () => ({
    keyHash: checkHash(key.keyHash),
    userId: checkUserId(key.userId),
    name: checkName(key.name),
    keyPrefix: key.keyPrefix === undefined ? '' : checkPrefix(key.keyPrefix),
    scopes: key.scopes === undefined ? [] : checkScopes(key.scopes),
    expiresAt: checkTime(key.expiresAt ?? null, 'expiresAt'),
    lastUsedAt: checkTime(key.lastUsedAt ?? null, 'lastUsedAt'),
    ...(key.createdAt === undefined ? {} : { createdAt: checkCreatedAt(key.createdAt) }),
  }));
}

function checkHash(keyHash: unknown): Uint8Array {
  if (keyHash instanceof Uint8Array && keyHash.length === 32) return keyHash;
  throw new ArgumentError('keyHash', '32 bytes, the SHA-256 of a whole key');
}

/** Longer than a prefix it could be the key itself. */
function checkPrefix(keyPrefix: unknown): string {
  const isPrefix =
    isText(keyPrefix) && keyPrefix.length <= MOST_PREFIX && /^[ -~]*$/.test(keyPrefix);
  if (isPrefix) return keyPrefix;
  throw new ArgumentError('keyPrefix', `at most ${MOST_PREFIX} printable ASCII characters`);
}

function checkCreatedAt(createdAt: unknown): Date {
  if (isStorableTime(createdAt)) return createdAt;
  throw new ArgumentError('createdAt', 'a time of the years 1 to 9999');
}

function checkTime(time: unknown, field: string): Date | null {
  if (time === null || isStorableTime(time)) return time;
  throw new ArgumentError(field, 'a time of the years 1 to 9999, or null');
}
