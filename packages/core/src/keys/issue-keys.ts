import type { DatabaseClock } from '../clock/database-clock.js';
import type { Database, Executor } from '../database/database.js';
import type { Invalidations } from '../invalidation/invalidations.js';
import { generateApiKey } from '../key-format/api-key.js';
import type {
  ActorOption,
  ChangeOptions,
  IssuedApiKey,
  RotateOptions,
  TransactionClient,
} from '../keystamp.js';
import type { PendingUses } from '../last-used/pending-uses.js';
import type { CreateApiKeyInput } from '../model/api-key-input.js';
import { checkId } from '../model/arguments.js';
import type { UserApiKey } from '../model/user-api-key.js';
import type { ChangedKey } from '../sql/changed-key.js';
import { claimIdempotencyKey } from '../sql/claim-idempotency-key.js';
import { getKey } from '../sql/get-key.js';
import { insertKey } from '../sql/insert-key.js';
import { keepIdempotencyKey } from '../sql/keep-idempotency-key.js';
import { reissueKey } from '../sql/reissue-key.js';
import { lockKey, replaceKey } from '../sql/replace-key.js';
import { checkNewKey, checkRotation, type KeyToIssue, successorOf } from './check-input.js';
import { hashesOf, idempotencyKeyReused, notReissued } from './idempotency.js';
import { actorOf, clientOf, onlyActorOf, ownerOf } from './ownership.js';
import { lockUserAndCountKeys, requireRoom } from './room.js';
import { requireRotatable } from './rotation.js';
import { inStatementsOf, inTransactionOf } from './transaction.js';

/** So many times the limit of a user may be reached by rotating: a leaked key can be replaced also where the user is at the limit. */
export const ROTATED_TO = 2;

export interface KeyIssuerOptions {
  readonly database: Database;
  readonly clock: DatabaseClock;
  /** Gets each change of this instance at once, without a notification. */
  readonly invalidations: Invalidations;
  readonly pending: PendingUses;
  readonly label: string;
  readonly maxKeysPerUser: number;
  readonly maxExpiryDays: number | null;
}

/** A key as its first request made it, and who repeats the request. */
type KeyAsMade = Pick<UserApiKey, 'userId' | 'scopes'> & {
  readonly actor: string;
  readonly client: TransactionClient | undefined;
};

/** Everything that makes a key, or gives one a new text. */
export class KeyIssuer {
  readonly #options: KeyIssuerOptions;

  constructor(options: KeyIssuerOptions) {
    this.#options = options;
  }

  async create(given: CreateApiKeyInput, by: ActorOption): Promise<IssuedApiKey> {
    const { clock, maxExpiryDays } = this.#options;
    const { key, idempotencyKey: value, client } = checkNewKey(given, clock.now(), maxExpiryDays);
    const actor = onlyActorOf(by);
    return this.#issueOnce(value, { create: key }, { ...key, actor, client }, async (session) => {
      requireRoom(await lockUserAndCountKeys(session, key.userId), this.#options.maxKeysPerUser);
      return this.#issue(session, key, actor);
    });
  }

  async rotate(
    id: string,
    options: RotateOptions,
    by: ChangeOptions,
  ): Promise<IssuedApiKey | null> {
    checkId(id);
    const { graceSeconds, idempotencyKey: value } = checkRotation(options);
    const actor = actorOf(by);
    const owner = ownerOf(by);
    const client = clientOf(by);
    const { database, clock, maxExpiryDays } = this.#options;
    const found = await inStatementsOf(database, client, (executor) => getKey(executor, id, owner));
    if (found === null) return null;
    const content = { rotate: id.toLowerCase(), graceSeconds };
    let old: ChangedKey | null = null;
    const issued = await this.#issueOnce(
      value,
      content,
      { ...found, actor, client },
      async (session) => {
        // The user before the key, as in creating: two that hold one each would wait for each other.
        const keys = await lockUserAndCountKeys(session, found.userId);
        const held = await lockKey(session, id, owner);
        if (held === null) return null;
        await requireRotatable(held.key, owner, (successor) => getKey(session, successor, owner));
        requireRoom(keys, ROTATED_TO * this.#options.maxKeysPerUser);
        const successor = await this.#issue(
          session,
          successorOf(held.key, clock.now(), maxExpiryDays),
          actor,
        );
        await replaceKey(session, id, successor.key.id, graceSeconds, actor);
        old = held;
        return successor;
      },
    );
    if (old !== null && client === undefined) this.#tell(old);
    return issued;
  }

  /**
   * Makes a key, or, where an earlier request of the same value made one, gives that one a new text. The value is
   * claimed before any other row is locked, so that two requests of one value cannot wait for each other.
   */
  async #issueOnce<Made extends IssuedApiKey | null>(
    value: string | null,
    content: object,
    as: KeyAsMade,
    make: (session: Executor) => Promise<Made>,
  ): Promise<Made | IssuedApiKey> {
    const { database } = this.#options;
    const { client } = as;
    if (value === null) return inTransactionOf(database, client, make);
    const hashes = hashesOf(value, content);
    const earlier = await inTransactionOf(database, client, async (session) => {
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
  async #reissue(id: string, { userId, scopes, actor, client }: KeyAsMade): Promise<IssuedApiKey> {
    const { database, pending, invalidations, label } = this.#options;
    const { apiKey, keyPrefix, keyHash } = generateApiKey(label);
    const watch = await pending.watch(new Set([id]));
    try {
      const isUsed = watch.newest().size > 0;
      const reissued = await inStatementsOf(database, client, async (executor) => {
        const text = { id, userId, scopes, keyPrefix, keyHash };
        const changed = isUsed ? null : await reissueKey(executor, text, actor);
        if (changed === null) throw notReissued(id, await getKey(executor, id, null));
        return changed;
      });
      if (client !== undefined) return { apiKey, key: reissued.key, isReissued: true };
      invalidations.keyChanged(reissued.oldKeyBucket);
      return { apiKey, key: this.#tell(reissued), isReissued: true };
    } finally {
      pending.unwatch(watch);
    }
  }

  async #issue(session: Executor, key: KeyToIssue, actor: string): Promise<IssuedApiKey> {
    const { apiKey, keyPrefix, keyHash } = generateApiKey(this.#options.label);
    const row = { ...key, keyPrefix, keyHash };
    return { apiKey, key: await insertKey(session, row, actor), isReissued: false };
  }

  #tell({ key, keyBucket }: ChangedKey): UserApiKey {
    this.#options.invalidations.keyChanged(keyBucket);
    return key;
  }
}
