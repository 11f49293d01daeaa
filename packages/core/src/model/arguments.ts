import { ArgumentError } from '../errors.js';
import { holdsApiKey, mayHoldApiKey } from '../key-format/key-in-text.js';
import {
  isKeyId,
  isMetadataName,
  isMetadataValue,
  isName,
  isNote,
  isScope,
  isUserId,
  lengthOf,
  MAX_METADATA_PAIRS,
  MAX_SCOPES,
  MAX_SEARCH_LENGTH,
  MAX_USER_ID_LENGTH,
  METADATA_EXPECTED,
  METADATA_NAME_EXPECTED,
  METADATA_VALUE_EXPECTED,
  NAME_EXPECTED,
  NOTE_EXPECTED,
  SCOPE_EXPECTED,
  tidyName,
  tidyNote,
  USER_ID_EXPECTED,
} from '../rules/index.js';

export function checkId(id: unknown, field = 'id'): string {
  if (isKeyId(id)) return id.toLowerCase();
  throw new ArgumentError(field, 'a UUID');
}

/** A user made under somebody's address would be taken for that user. */
export function addressForId(field: string): ArgumentError {
  return new ArgumentError(field, 'the id of a user; this is the address of one');
}

/** The id of a user who may not be there yet; the embedding service's own. Not trimmed: it is somebody else's. */
export function checkNewUserId(userId: unknown, field = 'userId'): string {
  rejectWholeKey(userId, field);
  if (typeof userId === 'string' && isUserId(userId)) return userId;
  throw new ArgumentError(field, USER_ID_EXPECTED);
}

/** An id to look for: also of a user who was made before there was a rule, or by hand. */
export function checkUserId(userId: unknown, field = 'userId'): string {
  rejectWholeKey(userId, field);
  const isStorable = isText(userId) && !userId.includes('\0') && userId !== '';
  if (isStorable && lengthOf(userId) <= MAX_USER_ID_LENGTH) return userId;
  throw new ArgumentError(field, `a text of 1 to ${MAX_USER_ID_LENGTH} characters`);
}

/** The name as it is stored. */
export function checkName(name: unknown): string {
  rejectKey(name, 'name');
  if (typeof name === 'string' && isName(name)) return tidyName(name);
  throw new ArgumentError('name', NAME_EXPECTED);
}

/** The note as it is stored; null: none. */
export function checkNote(note: unknown): string | null {
  if (note === null) return null;
  rejectKey(note, 'note');
  if (typeof note === 'string' && isNote(note)) return tidyNote(note);
  throw new ArgumentError('note', `${NOTE_EXPECTED}, or null`);
}

/** A copy of the pairs. */
export function checkMetadata(metadata: unknown): Readonly<Record<string, string>> {
  const isObject = typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata);
  if (!isObject) throw new ArgumentError('metadata', METADATA_EXPECTED);
  const pairs = Object.entries(metadata);
  if (pairs.length > MAX_METADATA_PAIRS) throw new ArgumentError('metadata', METADATA_EXPECTED);
  for (const [name, value] of pairs) {
    if (!isMetadataName(name)) throw new ArgumentError('metadata', METADATA_NAME_EXPECTED);
    rejectKey(name, 'metadata');
    rejectKey(value, `metadata.${name}`);
    if (!isMetadataValue(value)) {
      throw new ArgumentError(`metadata.${name}`, METADATA_VALUE_EXPECTED);
    }
  }
  return Object.fromEntries(pairs);
}

/** The scopes, each once, in the order given. */
export function checkScopes(scopes: unknown, field = 'scopes'): string[] {
  if (!Array.isArray(scopes) || scopes.length > MAX_SCOPES) {
    throw new ArgumentError(
      field,
      `a list of at most ${MAX_SCOPES} scopes; [] means whatever the user may do`,
    );
  }
  // Not forEach: it passes over the holes of a list.
  for (let i = 0; i < scopes.length; i++) {
    const scope: unknown = scopes[i];
    rejectKey(scope, `${field}[${i}]`);
    if (!isScope(scope)) throw new ArgumentError(`${field}[${i}]`, SCOPE_EXPECTED);
  }
  return [...new Set(scopes as string[])];
}

/** What is wrong with scopes that are only asked for; null: nothing. Allocates nothing then. */
export function validateRequestedScopes(scopes: unknown, field = 'scopes'): ArgumentError | null {
  if (!Array.isArray(scopes)) {
    return new ArgumentError(field, "a list of scopes, such as ['orders:read']");
  }
  for (let i = 0; i < scopes.length; i++) {
    if (!isScope(scopes[i])) return new ArgumentError(`${field}[${i}]`, SCOPE_EXPECTED);
  }
  return null;
}

/** A key pasted into the wrong field would be stored and shown in clear, or stand in the database's log (K1). */
function rejectKey(text: unknown, field: string): void {
  if (typeof text === 'string' && mayHoldApiKey(text)) throw keyInText(field);
}

/** Only a whole key: the ids of a service may run on as a secret does. */
function rejectWholeKey(text: unknown, field: string): void {
  if (typeof text === 'string' && holdsApiKey(text)) throw keyInText(field);
}

/** What came is not repeated. */
function keyInText(field: string): ArgumentError {
  return new ArgumentError(field, 'a text, not an API key');
}

/** Null: an empty search finds all. */
export function checkSearch(q: unknown, field = 'q'): string | null {
  rejectKey(q, field);
  if (isText(q) && !q.includes('\0') && lengthOf(q) <= MAX_SEARCH_LENGTH)
    return q.trim() === '' ? null : q.trim();
  throw new ArgumentError(field, `a text of at most ${MAX_SEARCH_LENGTH} characters`);
}

const DAY_MS = 86_400_000;

/** The latest expiry that a key may have, where `maxDays` is not null. `nowMs` is the database's clock. */
export function latestExpiry(nowMs: number, maxDays: number): Date {
  return new Date(nowMs + maxDays * DAY_MS);
}

/** `nowMs` is the database's clock. `maxDays` null: a key may go without expiry. */
export function checkExpiresAt(
  expiresAt: unknown,
  nowMs: number,
  maxDays: number | null,
): Date | null {
  if (maxDays !== null) return checkBoundedExpiry(expiresAt, nowMs, maxDays);
  if (expiresAt === null) return null;
  if (isStorableTime(expiresAt) && expiresAt.getTime() > nowMs) return expiresAt;
  throw new ArgumentError('expiresAt', 'a time in the future (and before the year 10000), or null');
}

/** A minute more is granted: who adds the days to a clock of their own means the limit. */
function checkBoundedExpiry(expiresAt: unknown, nowMs: number, maxDays: number): Date {
  const latest = latestExpiry(nowMs, maxDays).getTime() + 60_000;
  const isBounded =
    isStorableTime(expiresAt) && expiresAt.getTime() > nowMs && expiresAt.getTime() <= latest;
  if (isBounded) return expiresAt;
  throw new ArgumentError('expiresAt', `a time in the future, at most ${maxDays} days from now`);
}

/** PostgreSQL and ISO 8601 both hold the years 1 to 9999. */
export function isStorableTime(time: unknown): time is Date {
  if (!(time instanceof Date) || Number.isNaN(time.getTime())) return false;
  const year = time.getUTCFullYear();
  return year >= 1 && year <= 9_999;
}

export function checkTime(time: unknown, field: string): Date {
  if (isStorableTime(time)) return time;
  throw new ArgumentError(field, 'a time of the years 1 to 9999');
}

export function checkWholeNumber(value: unknown, field: string, from: number, to: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to)
    return value;
  throw new ArgumentError(field, `a whole number from ${from} to ${to}`);
}

export function checkBoolean(value: unknown, field: string): boolean {
  if (typeof value === 'boolean') return value;
  throw new ArgumentError(field, 'true or false');
}

export function checkOneOf<T extends string>(
  value: unknown,
  field: string,
  allowed: readonly T[],
): T {
  if (allowed.includes(value as T)) return value as T;
  throw new ArgumentError(field, `one of ${allowed.join(', ')}`);
}

/** A string that is whole Unicode: a lone surrogate cannot be stored. */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && !/\p{Surrogate}/u.test(value);
}
