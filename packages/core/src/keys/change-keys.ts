import type { DatabaseClock } from '../clock/database-clock.js';
import { type Database, inTransaction, type Session } from '../database/database.js';
import { ArgumentError, KeystampError } from '../errors.js';
import { type Invalidations, userBucketOf } from '../invalidation/invalidations.js';
import { generateApiKey } from '../key-format/api-key.js';
import type {
  CreateApiKeyInput,
  IssuedApiKey,
  Ownership,
  RevokedApiKey,
  RotateOptions,
  UpdateApiKeyInput,
} from '../keystamp.js';
import type { PendingUses } from '../last-used/pending-uses.js';
import {
  addressForId,
  checkExpiresAt,
  checkId,
  checkName,
  checkNewUserId,
  checkScopes,
  checkUserId,
  checkWholeNumber,
} from '../model/arguments.js';
import {
  type BulkRevocation,
  checkKeyToRevoke,
  type RevokeApiKeyInput,
} from '../model/bulk-revocation.js';
import { checkFields, type FieldsOf } from '../model/known-fields.js';
import type { KeyUser, UserApiKey } from '../model/user-api-key.js';
import { MAX_BULK, MAX_GRACE_SECONDS } from '../rules/index.js';
import type { ChangedKey } from '../sql/changed-key.js';
import { claimIdempotencyKey } from '../sql/claim-idempotency-key.js';
import { deleteKey } from '../sql/delete-key.js';
import { getKey } from '../sql/get-key.js';
import { insertKey } from '../sql/insert-key.js';
import { keepIdempotencyKey } from '../sql/keep-idempotency-key.js';
import { lockKeys } from '../sql/lock-keys.js';
import { lockUser } from '../sql/lock-user.js';
import { reissueKey } from '../sql/reissue-key.js';
import { lockKey, replaceKey } from '../sql/replace-key.js';
import { revokeKey } from '../sql/revoke-key.js';
import { revokeKeys } from '../sql/revoke-keys.js';
import { setUserActive } from '../sql/set-user-active.js';
import { updateKey } from '../sql/update-key.js';
import { checkIdempotencyKey, hashesOf, idempotencyKeyReused, notReissued } from './idempotency.js';
import { ownerOf } from './ownership.js';
import { keyRevoked, requireRotatable } from './rotation.js';

const NEW_KEY: FieldsOf<CreateApiKeyInput> = {
  userId: true,
  name: true,
  scopes: true,
  expiresAt: true,
  idempotencyKey: true,
};
const CHANGES: FieldsOf<UpdateApiKeyInput> = { name: true, scopes: true, expiresAt: true };
const ROTATION: FieldsOf<RotateOptions> = { graceSeconds: true, idempotencyKey: true };
/** So many times the limit of a user may be reached by rotating: a leaked key can be replaced also where the user is at the limit. */
const ROTATED_TO = 2;

export interface KeyChangerOptions {
  readonly database: Database;
  readonly clock: DatabaseClock;
  /** Gets each change of this instance at once, without a notification. */
  readonly invalidations: Invalidations;
  readonly pending: PendingUses;
  readonly label: string;
  readonly maxKeysPerUser: number;
}

/** Everything that changes keys. Each change is one statement or one transaction, and sets only what it is about. */
export class KeyChanger {
  readonly #options: KeyChangerOptions;

  constructor(options: KeyChangerOptions) {
    this.#options = options;
  }

  async create(given: CreateApiKeyInput): Promise<IssuedApiKey> {
    const input = checkFields(given, NEW_KEY, 'input');
    const key = {
      userId: checkNewUserId(input.userId),
      name: checkName(input.name),
      scopes: input.scopes === undefined ? [] : checkScopes(input.scopes),
      expiresAt: checkExpiresAt(input.expiresAt ?? null, this.#options.clock.now()),
    };
    const value = checkIdempotencyKey(input.idempotencyKey);
    return this.#issueOnce(value, { create: key }, key, async (session) => {
      requireRoom(await lockUserAndCountKeys(session, key.userId), this.#options.maxKeysPerUser);
      return this.#issue(session, key);
    });
  }

  async update(
    id: string,
    given: UpdateApiKeyInput,
    within: Ownership,
  ): Promise<UserApiKey | null> {
    const changes = checkFields(given, CHANGES, 'changes');
    const update = {
      id: checkId(id),
      userId: ownerOf(within),
      name: changes.name === undefined ? undefined : checkName(changes.name),
      scopes: changes.scopes === undefined ? undefined : checkScopes(changes.scopes),
      expiresAt:
        changes.expiresAt === undefined
          ? undefined
          : checkExpiresAt(changes.expiresAt, this.#options.clock.now()),
    };
    const changed = await updateKey(this.#options.database, update);
    if (changed !== null) return this.#tell(changed);
    const key = await getKey(this.#options.database, update.id, update.userId);
    if (key === null) return null;
    if (key.revokedAt !== null) throw keyRevoked();
    throw new KeystampError(
      'scope_widened',
      'A scoped key is never made unscoped; make a new key instead.',
    );
  }

  async revoke(id: string, within: Ownership): Promise<RevokedApiKey | null> {
    const userId = ownerOf(within);
    const changed = await revokeKey(this.#options.database, checkId(id), userId);
    if (changed !== null) return { ...this.#tell(changed), revokedNow: true };
    const key = await getKey(this.#options.database, id, userId);
    return key === null ? null : { ...key, revokedNow: false };
  }

  async revokeMany(
    keys: readonly RevokeApiKeyInput[],
    within: Ownership,
  ): Promise<BulkRevocation[]> {
    if (!Array.isArray(keys) || keys.length > MAX_BULK) {
      throw new ArgumentError('keys', `a list of at most ${MAX_BULK} keys`);
    }
    const checked = Array.from(keys, (key, i) => checkKeyToRevoke(key, `keys[${i}]`));
    const { outcomes, keyBuckets } = await this.#revokeUnused(checked, ownerOf(within));
    for (const bucket of keyBuckets) this.#options.invalidations.keyChanged(bucket);
    return outcomes;
  }

  async rotate(
    id: string,
    options: RotateOptions,
    within: Ownership,
  ): Promise<IssuedApiKey | null> {
    checkId(id);
    const { graceSeconds = 0 } = checkFields(options, ROTATION, 'options');
    checkWholeNumber(graceSeconds, 'graceSeconds', 0, MAX_GRACE_SECONDS);
    const value = checkIdempotencyKey(options.idempotencyKey);
    const found = await getKey(this.#options.database, id, ownerOf(within));
    if (found === null) return null;
    const content = { rotate: id.toLowerCase(), graceSeconds };
    let old: ChangedKey | null = null;
    const issued = await this.#issueOnce(value, content, found, async (session) => {
      // The user before the key, as in creating: two that hold one each would wait for each other.
      const keys = await lockUserAndCountKeys(session, found.userId);
      const held = await lockKey(session, id, ownerOf(within));
      if (held === null) return null;
      await requireRotatable(session, held);
      requireRoom(keys, ROTATED_TO * this.#options.maxKeysPerUser);
      const successor = await this.#issue(session, held.key);
      await replaceKey(session, id, successor.key.id, graceSeconds);
      old = held;
      return successor;
    });
    if (old !== null) this.#tell(old);
    return issued;
  }

  async delete(id: string, within: Ownership): Promise<UserApiKey | null> {
    const deleted = await deleteKey(this.#options.database, checkId(id), ownerOf(within));
    return deleted === null ? null : this.#tell(deleted);
  }

  async setUserActive(userId: string, isActive: boolean): Promise<KeyUser | null> {
    if (typeof isActive !== 'boolean') throw new ArgumentError('isActive', 'true or false');
    const user = await setUserActive(this.#options.database, checkUserId(userId), isActive);
    if (user !== null) this.#options.invalidations.userChanged(userBucketOf(userId));
    return user;
  }

  /** A use that is still in memory counts as one that is stored; it is read last, with the keys held and nothing to wait for. */
  async #revokeUnused(keys: readonly RevokeApiKeyInput[], userId: string | null) {
    const { database, pending } = this.#options;
    const ids = keys.map(({ id }) => id);
    const watch = await pending.watch(new Set(ids));
    try {
      return await inTransaction(database, async (session) => {
        await lockKeys(session, ids, userId);
        return revokeKeys(session, keys, watch.newest(), userId);
      });
    } finally {
      pending.unwatch(watch);
    }
  }

  /**
   * Makes a key, or, where an earlier request of the same value made one, gives that one a new text. The value is
   * claimed before any other row is locked, so that two requests of one value cannot wait for each other.
   */
  async #issueOnce<Made extends IssuedApiKey | null>(
    value: string | null,
    content: object,
    as: Pick<UserApiKey, 'userId' | 'scopes'>,
    make: (session: Session) => Promise<Made>,
  ): Promise<Made | IssuedApiKey> {
    const { database } = this.#options;
    if (value === null) return inTransaction(database, make);
    const hashes = hashesOf(value, content);
    const earlier = await inTransaction(database, async (session) => {
      const claimed = await claimIdempotencyKey(session, hashes);
      if (claimed !== null) return claimed;
      const made = await make(session);
      if (made !== null) await keepIdempotencyKey(session, hashes.value, made.key.id);
      return { made };
    });
    if ('made' in earlier) return earlier.made;
    if (Buffer.compare(earlier.content, hashes.content) !== 0) throw idempotencyKeyReused();
    return this.#reissue(earlier.keyId, as);
  }

  /**
   * A new text for a key that was never used: no use of it is stored, and none is in the memory of this instance. A use
   * that another instance has not stored yet is not seen. It is of the text that stops here, and is stored all the same.
   */
  async #reissue(
    id: string,
    { userId, scopes }: Pick<UserApiKey, 'userId' | 'scopes'>,
  ): Promise<IssuedApiKey> {
    const { database, pending, invalidations, label } = this.#options;
    const { apiKey, keyPrefix, keyHash } = generateApiKey(label);
    const watch = await pending.watch(new Set([id]));
    try {
      const isUsed = watch.newest().size > 0;
      const reissued = isUsed
        ? null
        : await reissueKey(database, { id, userId, scopes, keyPrefix, keyHash });
      if (reissued === null) throw await notReissued(database, id);
      invalidations.keyChanged(reissued.oldKeyBucket);
      return { apiKey, key: this.#tell(reissued), isReissued: true };
    } finally {
      pending.unwatch(watch);
    }
  }

  async #issue(
    session: Session,
    key: Pick<UserApiKey, 'userId' | 'name' | 'scopes' | 'expiresAt'>,
  ): Promise<IssuedApiKey> {
    const { userId, name, scopes, expiresAt } = key;
    const { apiKey, keyPrefix, keyHash } = generateApiKey(this.#options.label);
    const row = { userId, name, scopes, expiresAt, keyPrefix, keyHash };
    return { apiKey, key: await insertKey(session, row), isReissued: false };
  }

  #tell({ key, keyBucket }: ChangedKey): UserApiKey {
    this.#options.invalidations.keyChanged(keyBucket);
    return key;
  }
}

/** Holds the user's row, adding it where the id is unknown. How many keys there are. */
async function lockUserAndCountKeys(session: Session, userId: string): Promise<number> {
  const keys = await lockUser(session, userId);
  if (keys === null) throw addressForId('userId');
  return keys;
}

function requireRoom(keys: number, most: number): void {
  if (keys < most) return;
  const message = `The user has ${keys} keys, revoked and expired ones included. Deleting some makes room; revoking does not.`;
  throw new KeystampError('too_many_keys', message);
}
