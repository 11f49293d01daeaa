import type { DatabaseClock } from '../clock/database-clock.js';
import { type Database, type Executor, inTransaction } from '../database/database.js';
import { ArgumentError, KeystampError } from '../errors.js';
import { type Invalidations, userBucketOf } from '../invalidation/invalidations.js';
import type { ChangeOptions, DisabledApiKey, EnabledApiKey, RevokedApiKey } from '../keystamp.js';
import type { PendingUses } from '../last-used/pending-uses.js';
import type { UpdateApiKeyInput } from '../model/api-key-input.js';
import {
  checkExpiresAt,
  checkId,
  checkMetadata,
  checkName,
  checkNewUserId,
  checkNote,
  checkScopes,
  checkUserId,
} from '../model/arguments.js';
import { type BulkOutcome, checkSeenKey, type SeenApiKey } from '../model/bulk-change.js';
import { checkFields, type FieldsOf } from '../model/known-fields.js';
import type { KeyUser, UserApiKey } from '../model/user-api-key.js';
import { MAX_BULK } from '../rules/index.js';
import type { ChangedKey } from '../sql/changed-key.js';
import { deleteKey } from '../sql/delete-key.js';
import { disableKey } from '../sql/disable-key.js';
import { enableKey } from '../sql/enable-key.js';
import { getKey } from '../sql/get-key.js';
import { lockKeys } from '../sql/lock-keys.js';
import { revokeKey } from '../sql/revoke-key.js';
import { setUserActive } from '../sql/set-user-active.js';
import type { StaleAfter } from '../sql/stale-keys.js';
import { ANY_AGE, type Stop, type StoppedKey, stopKeys } from '../sql/stop-keys.js';
import { type KeyUpdate, updateKey } from '../sql/update-key.js';
import { actorOf, ownerOf } from './ownership.js';
import { lockUserAndCountKeys, requireRoom } from './room.js';
import { keyRevoked } from './rotation.js';

const CHANGES: FieldsOf<UpdateApiKeyInput> = {
  name: true,
  scopes: true,
  expiresAt: true,
  note: true,
  metadata: true,
  userId: true,
};

export interface KeyChangerOptions {
  readonly database: Database;
  readonly clock: DatabaseClock;
  /** Gets each change of this instance at once, without a notification. */
  readonly invalidations: Invalidations;
  readonly pending: PendingUses;
  readonly maxKeysPerUser: number;
  readonly maxExpiryDays: number | null;
}

/** Everything that changes keys that are there. Each change is one statement or one transaction, and sets only what it is about. */
export class KeyChanger {
  readonly #options: KeyChangerOptions;

  constructor(options: KeyChangerOptions) {
    this.#options = options;
  }

  async update(
    id: string,
    given: UpdateApiKeyInput,
    options: ChangeOptions,
  ): Promise<UserApiKey | null> {
    const update = this.#checkUpdate(id, given, options);
    const changed = await this.#update(update, actorOf(options));
    return changed === null ? null : this.#tell(changed);
  }

  async disable(id: string, options: ChangeOptions): Promise<DisabledApiKey | null> {
    const { database } = this.#options;
    const userId = ownerOf(options);
    const changed = await disableKey(database, checkId(id), userId, actorOf(options));
    if (changed !== null) return { ...this.#tell(changed), disabledNow: true };
    const key = await getKey(database, id, userId);
    if (key !== null && key.revokedAt !== null) throw keyRevoked();
    return key === null ? null : { ...key, disabledNow: false };
  }

  async enable(id: string, options: ChangeOptions): Promise<EnabledApiKey | null> {
    const { database } = this.#options;
    const userId = ownerOf(options);
    const changed = await enableKey(database, checkId(id), userId, actorOf(options));
    if (changed !== null) return { ...this.#tell(changed), enabledNow: true };
    const key = await getKey(database, id, userId);
    if (key !== null && key.revokedAt !== null) throw keyRevoked();
    return key === null ? null : { ...key, enabledNow: false };
  }

  async revoke(id: string, options: ChangeOptions): Promise<RevokedApiKey | null> {
    const { database } = this.#options;
    const userId = ownerOf(options);
    const changed = await revokeKey(database, checkId(id), userId, actorOf(options));
    if (changed !== null) return { ...this.#tell(changed), revokedNow: true };
    const key = await getKey(database, id, userId);
    return key === null ? null : { ...key, revokedNow: false };
  }

  /** Revokes or disables many keys, but none that was used since it was looked at. */
  async stopMany<S extends Stop>(
    stop: S,
    keys: readonly SeenApiKey[],
    options: ChangeOptions,
  ): Promise<BulkOutcome<S>[]> {
    if (!Array.isArray(keys) || keys.length > MAX_BULK) {
      throw new ArgumentError('keys', `a list of at most ${MAX_BULK} keys`);
    }
    const checked = Array.from(keys, (key, i) => checkSeenKey(key, `keys[${i}]`));
    const stopped = this.stopStale(stop, checked, ANY_AGE, ownerOf(options), actorOf(options));
    // Of any age: none of them is left alone for not being stale.
    return (await stopped) as BulkOutcome<S>[];
  }

  /** As `stopMany`, and leaves alone what is not stale any more, or kept by its metadata. */
  async stopStale<S extends Stop>(
    stop: S,
    keys: readonly SeenApiKey[],
    staleAfter: StaleAfter,
    userId: string | null,
    actor: string,
  ): Promise<StoppedKey<S>[]> {
    const { database, pending, invalidations } = this.#options;
    const ids = keys.map(({ id }) => id);
    const watch = await pending.watch(new Set(ids));
    try {
      const { outcomes, keyBuckets } = await inTransaction(database, async (session) => {
        await lockKeys(session, ids, userId);
        // A use that is still in memory counts as one that is stored; it is read last, with the keys held and nothing to wait for.
        return stopKeys(session, stop, keys, watch.newest(), userId, actor, staleAfter);
      });
      for (const bucket of keyBuckets) invalidations.keyChanged(bucket);
      return outcomes;
    } finally {
      pending.unwatch(watch);
    }
  }

  async delete(id: string, options: ChangeOptions): Promise<UserApiKey | null> {
    const { database } = this.#options;
    const deleted = await deleteKey(database, checkId(id), ownerOf(options), actorOf(options));
    return deleted === null ? null : this.#tell(deleted);
  }

  /** In a transaction of the caller, nothing has changed yet: its end is for the caller to report. */
  async setUserActive(
    userId: string,
    isActive: boolean,
    executor?: Executor,
  ): Promise<KeyUser | null> {
    const { database, invalidations } = this.#options;
    if (typeof isActive !== 'boolean') throw new ArgumentError('isActive', 'true or false');
    if (executor !== undefined && typeof executor?.query !== 'function') {
      throw new ArgumentError('executor', 'a session of inTransaction');
    }
    const user = await setUserActive(executor ?? database, checkUserId(userId), isActive);
    if (user !== null && executor === undefined) invalidations.userChanged(userBucketOf(userId));
    return user;
  }

  #checkUpdate(id: string, given: UpdateApiKeyInput, options: ChangeOptions): KeyUpdate {
    const changes = checkFields(given, CHANGES, 'changes');
    const { name, scopes, expiresAt, note, metadata, userId } = changes;
    const { clock, maxExpiryDays } = this.#options;
    const now = clock.now();
    return {
      id: checkId(id),
      userId: ownerOf(options),
      name: name === undefined ? undefined : checkName(name),
      scopes: scopes === undefined ? undefined : checkScopes(scopes),
      expiresAt:
        expiresAt === undefined ? undefined : checkExpiresAt(expiresAt, now, maxExpiryDays),
      note: note === undefined ? undefined : checkNote(note),
      metadata: metadata === undefined ? undefined : checkMetadata(metadata),
      newUserId: userId === undefined ? undefined : checkNewUserId(userId),
    };
  }

  /** A key that moves counts for its new user as a new one does. */
  #update(update: KeyUpdate, actor: string): Promise<ChangedKey | null> {
    const { database, maxKeysPerUser } = this.#options;
    const { newUserId } = update;
    if (newUserId === undefined) return updateOrRefuse(database, update, actor);
    return inTransaction(database, async (session) => {
      const before = await getKey(session, update.id, update.userId);
      if (before === null) return null;
      const keys = await lockUserAndCountKeys(session, newUserId);
      if (before.userId !== newUserId) requireRoom(keys, maxKeysPerUser);
      // A refusal takes back a user who was added just now.
      return updateOrRefuse(session, update, actor);
    });
  }

  #tell({ key, keyBucket }: ChangedKey): UserApiKey {
    this.#options.invalidations.keyChanged(keyBucket);
    return key;
  }
}

/** Null: no such key. Throws where the key is there and does not take the change. */
async function updateOrRefuse(
  executor: Executor,
  update: KeyUpdate,
  actor: string,
): Promise<ChangedKey | null> {
  const changed = await updateKey(executor, update, actor);
  if (changed !== null) return changed;
  const key = await getKey(executor, update.id, update.userId);
  if (key === null) return null;
  if (key.revokedAt !== null) throw keyRevoked();
  throw new KeystampError(
    'scope_widened',
    'A scoped key is never made unscoped; make a new key instead.',
  );
}
