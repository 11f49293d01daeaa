import type { DatabaseClock } from '../clock/database-clock.js';
import type { Database, Executor } from '../database/database.js';
import { ArgumentError } from '../errors.js';
import { type Invalidations, userBucketOf } from '../invalidation/invalidations.js';
import type {
  ChangeOptions,
  DisabledApiKey,
  EnabledApiKey,
  RevokedApiKey,
  TransactionClient,
} from '../keystamp.js';
import type { PendingUses } from '../last-used/pending-uses.js';
import type { UpdateApiKeyInput } from '../model/api-key-input.js';
import { checkId, checkUserId } from '../model/arguments.js';
import { type BulkOutcome, checkSeenKeys, type SeenApiKey } from '../model/bulk-change.js';
import type { KeyUser, UserApiKey } from '../model/user-api-key.js';
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
import { checkUpdate } from './check-input.js';
import { actorOf, clientOf, ownerOf } from './ownership.js';
import { lockUserAndCountKeys, requireRoom } from './room.js';
import { keyRevoked, scopeWidened } from './rotation.js';
import { inStatementsOf, inTransactionOf } from './transaction.js';

export interface KeyChangerOptions {
  readonly database: Database;
  readonly clock: DatabaseClock;
  /** Gets each change of this instance at once, without a notification. */
  readonly invalidations: Invalidations;
  readonly pending: PendingUses;
  readonly maxKeysPerUser: number;
  readonly maxExpiryDays: number | null;
}

interface StoppedBy {
  /** Null: keys of everybody. */
  readonly userId: string | null;
  readonly actor: string;
  /** Undefined: in a transaction of its own. */
  readonly client?: TransactionClient | undefined;
}

interface ChangedBy extends Pick<StoppedBy, 'userId' | 'actor'> {
  /** Reports a change to the cache of this instance. */
  tell(changed: ChangedKey): UserApiKey;
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
    const { clock, maxExpiryDays } = this.#options;
    const update = checkUpdate(id, given, ownerOf(options), clock.now(), maxExpiryDays);
    const client = clientOf(options);
    const changed = await this.#update(update, actorOf(options), client);
    return changed === null ? null : this.#tell(changed, client);
  }

  async disable(id: string, options: ChangeOptions): Promise<DisabledApiKey | null> {
    return this.#within(id, options, async (executor, { userId, actor, tell }) => {
      const changed = await disableKey(executor, id, userId, actor);
      if (changed !== null) return { ...tell(changed), disabledNow: true };
      const key = await getKey(executor, id, userId);
      if (key !== null && key.revokedAt !== null) throw keyRevoked();
      return key === null ? null : { ...key, disabledNow: false };
    });
  }

  async enable(id: string, options: ChangeOptions): Promise<EnabledApiKey | null> {
    return this.#within(id, options, async (executor, { userId, actor, tell }) => {
      const changed = await enableKey(executor, id, userId, actor);
      if (changed !== null) return { ...tell(changed), enabledNow: true };
      const key = await getKey(executor, id, userId);
      if (key !== null && key.revokedAt !== null) throw keyRevoked();
      return key === null ? null : { ...key, enabledNow: false };
    });
  }

  async revoke(id: string, options: ChangeOptions): Promise<RevokedApiKey | null> {
    return this.#within(id, options, async (executor, { userId, actor, tell }) => {
      const changed = await revokeKey(executor, id, userId, actor);
      if (changed !== null) return { ...tell(changed), revokedNow: true };
      const key = await getKey(executor, id, userId);
      return key === null ? null : { ...key, revokedNow: false };
    });
  }

  /** Revokes or disables many keys, but none that was used since it was looked at. */
  async stopMany<S extends Stop>(
    stop: S,
    keys: readonly SeenApiKey[],
    options: ChangeOptions,
  ): Promise<BulkOutcome<S>[]> {
    const checked = checkSeenKeys(keys);
    const by = { userId: ownerOf(options), actor: actorOf(options), client: clientOf(options) };
    const stopped = this.stopStale(stop, checked, ANY_AGE, by);
    // Of any age: none of them is left alone for not being stale.
    return (await stopped) as BulkOutcome<S>[];
  }

  /** As `stopMany`, and leaves alone what is not stale any more, or kept by its metadata. */
  async stopStale<S extends Stop>(
    stop: S,
    keys: readonly SeenApiKey[],
    staleAfter: StaleAfter,
    { userId, actor, client }: StoppedBy,
  ): Promise<StoppedKey<S>[]> {
    const { database, pending, invalidations } = this.#options;
    const ids = keys.map(({ id }) => id);
    const watch = await pending.watch(new Set(ids));
    try {
      const { outcomes, keyBuckets } = await inTransactionOf(database, client, async (session) => {
        await lockKeys(session, ids, userId);
        // A use that is still in memory counts as one that is stored; it is read last, with the keys held and nothing to wait for.
        return stopKeys(session, stop, keys, watch.newest(), userId, actor, staleAfter);
      });
      for (const bucket of client === undefined ? keyBuckets : []) invalidations.keyChanged(bucket);
      return outcomes;
    } finally {
      pending.unwatch(watch);
    }
  }

  async delete(id: string, options: ChangeOptions): Promise<UserApiKey | null> {
    return this.#within(id, options, async (executor, { userId, actor, tell }) => {
      const deleted = await deleteKey(executor, id, userId, actor);
      return deleted === null ? null : tell(deleted);
    });
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

  /** A key that moves counts for its new user as a new one does. */
  #update(
    update: KeyUpdate,
    actor: string,
    client: TransactionClient | undefined,
  ): Promise<ChangedKey | null> {
    const { database, maxKeysPerUser } = this.#options;
    const { newUserId } = update;
    if (newUserId === undefined) {
      return inStatementsOf(database, client, (executor) =>
        updateOrRefuse(executor, update, actor),
      );
    }
    return inTransactionOf(database, client, async (session) => {
      const before = await getKey(session, update.id, update.userId);
      if (before === null) return null;
      const keys = await lockUserAndCountKeys(session, newUserId);
      if (before.userId !== newUserId) requireRoom(keys, maxKeysPerUser);
      // A refusal takes back a user who was added just now.
      return updateOrRefuse(session, update, actor);
    });
  }

  /** A change of one key, in the caller's transaction where there is one. */
  #within<T>(
    id: string,
    options: ChangeOptions,
    change: (executor: Executor, by: ChangedBy) => Promise<T>,
  ): Promise<T> {
    checkId(id);
    const client = clientOf(options);
    const by = {
      userId: ownerOf(options),
      actor: actorOf(options),
      tell: (changed: ChangedKey) => this.#tell(changed, client),
    };
    return inStatementsOf(this.#options.database, client, (executor) => change(executor, by));
  }

  /** In a transaction of the caller nothing has changed yet: the triggers notify this instance too, at its end. */
  #tell({ key, keyBucket }: ChangedKey, client: TransactionClient | undefined): UserApiKey {
    if (client === undefined) this.#options.invalidations.keyChanged(keyBucket);
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
  throw scopeWidened();
}
