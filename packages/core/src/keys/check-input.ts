import type { RotateOptions, TransactionClient } from '../keystamp.js';
import type { CreateApiKeyInput, UpdateApiKeyInput } from '../model/api-key-input.js';
import {
  checkExpiresAt,
  checkId,
  checkMetadata,
  checkName,
  checkNewUserId,
  checkNote,
  checkScopes,
  checkWholeNumber,
  latestExpiry,
} from '../model/arguments.js';
import { checkFields, type FieldsOf } from '../model/known-fields.js';
import type { UserApiKey } from '../model/user-api-key.js';
import { DEFAULT_GRACE_SECONDS, MAX_GRACE_SECONDS } from '../rules/index.js';
import type { KeyUpdate } from '../sql/update-key.js';
import { checkIdempotencyKey } from './idempotency.js';
import { checkClient } from './ownership.js';

const NEW_KEY: FieldsOf<CreateApiKeyInput> = {
  userId: true,
  name: true,
  scopes: true,
  expiresAt: true,
  note: true,
  metadata: true,
  idempotencyKey: true,
  client: true,
};
const ROTATION: FieldsOf<RotateOptions> = { graceSeconds: true, idempotencyKey: true };
const CHANGES: FieldsOf<UpdateApiKeyInput> = {
  name: true,
  scopes: true,
  expiresAt: true,
  note: true,
  metadata: true,
  userId: true,
};

export type KeyToIssue = Pick<
  UserApiKey,
  'userId' | 'name' | 'scopes' | 'expiresAt' | 'note' | 'metadata' | 'predecessorId'
>;

export interface CheckedNewKey {
  readonly key: KeyToIssue;
  /** Null: each call makes a key of its own. */
  readonly idempotencyKey: string | null;
  readonly client: TransactionClient | undefined;
}

/** Checks the input of a new key. `nowMs` is the database's clock, as below. */
export function checkNewKey(
  given: CreateApiKeyInput,
  nowMs: number,
  maxExpiryDays: number | null,
): CheckedNewKey {
  const input = checkFields(given, NEW_KEY, 'input');
  const key = {
    userId: checkNewUserId(input.userId),
    name: checkName(input.name),
    scopes: input.scopes === undefined ? [] : checkScopes(input.scopes),
    expiresAt: checkExpiresAt(input.expiresAt ?? null, nowMs, maxExpiryDays),
    note: input.note === undefined ? null : checkNote(input.note),
    metadata: input.metadata === undefined ? {} : checkMetadata(input.metadata),
    predecessorId: null,
  };
  const idempotencyKey = checkIdempotencyKey(input.idempotencyKey);
  return { key, idempotencyKey, client: checkClient(input.client) };
}

export function checkRotation(given: RotateOptions): {
  graceSeconds: number;
  idempotencyKey: string | null;
} {
  const options = checkFields(given, ROTATION, 'options');
  const { graceSeconds = DEFAULT_GRACE_SECONDS } = options;
  checkWholeNumber(graceSeconds, 'graceSeconds', 0, MAX_GRACE_SECONDS);
  return { graceSeconds, idempotencyKey: checkIdempotencyKey(options.idempotencyKey) };
}

/** What a successor takes over. Its expiry is the original one, within the limit of new keys. */
export function successorOf(
  key: UserApiKey,
  nowMs: number,
  maxExpiryDays: number | null,
): KeyToIssue {
  const successor = { ...key, predecessorId: key.id };
  if (maxExpiryDays === null) return successor;
  const latest = latestExpiry(nowMs, maxExpiryDays);
  const isWithin = key.expiresAt !== null && key.expiresAt <= latest;
  return { ...successor, expiresAt: isWithin ? key.expiresAt : latest };
}

/** Checks the changes of a key. `userId`: whose key it must be; null: anybody's. */
export function checkUpdate(
  id: string,
  given: UpdateApiKeyInput,
  userId: string | null,
  nowMs: number,
  maxExpiryDays: number | null,
): KeyUpdate {
  const changes = checkFields(given, CHANGES, 'changes');
  const { name, scopes, expiresAt, note, metadata, userId: newUserId } = changes;
  return {
    id: checkId(id),
    userId,
    name: name === undefined ? undefined : checkName(name),
    scopes: scopes === undefined ? undefined : checkScopes(scopes),
    expiresAt:
      expiresAt === undefined ? undefined : checkExpiresAt(expiresAt, nowMs, maxExpiryDays),
    note: note === undefined ? undefined : checkNote(note),
    metadata: metadata === undefined ? undefined : checkMetadata(metadata),
    newUserId: newUserId === undefined ? undefined : checkNewUserId(newUserId),
  };
}
