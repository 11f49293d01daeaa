import type { DatabaseClock } from '../clock/database-clock.js';
import { type Database, inTransaction, type Session } from '../database/database.js';
import type { Invalidations } from '../invalidation/invalidations.js';
import { generateApiKey } from '../key-format/api-key.js';
import type { ActorOption, ChangeOptions, IssuedApiKey, RotateOptions } from '../keystamp.js';
import type { PendingUses } from '../last-used/pending-uses.js';
import type { CreateApiKeyInput } from '../model/api-key-input.js';
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
import type { ChangedKey } from '../sql/changed-key.js';
import { claimIdempotencyKey } from '../sql/claim-idempotency-key.js';
import { getKey } from '../sql/get-key.js';
import { insertKey } from '../sql/insert-key.js';
import { keepIdempotencyKey } from '../sql/keep-idempotency-key.js';
import { reissueKey } from '../sql/reissue-key.js';
import { lockKey, replaceKey } from '../sql/replace-key.js';
import { checkIdempotencyKey, hashesOf, idempotencyKeyReused, notReissued } from './idempotency.js';
import { actorOf, onlyActorOf, ownerOf } from './ownership.js';
import { lockUserAndCountKeys, requireRoom } from './room.js';
import { requireRotatable } from './rotation.js';

const NEW_KEY: FieldsOf<CreateApiKeyInput> = {
  userId: true,
  name: true,
  scopes: true,
  expiresAt: true,
  note: true,
  metadata: true,
  idempotencyKey: true,
};
const ROTATION: FieldsOf<RotateOptions> = { graceSeconds: true, idempotencyKey: true };
/** So many times the limit of a user may be reached by rotating: a leaked key can be replaced also where the user is at the limit. */
const ROTATED_TO = 2;

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

type KeyToIssue = Pick<
  UserApiKey,
  'userId' | 'name' | 'scopes' | 'expiresAt' | 'note' | 'metadata' | 'predecessorId'
>;

/** A key as its first request made it, and who repeats the request. */
type KeyAsMade = Pick<UserApiKey, 'userId' | 'scopes'> & { readonly actor: string };

/** Everything that makes a key, or gives one a new text. */
export class KeyIssuer {
  readonly #options: KeyIssuerOptions;

  constructor(options: KeyIssuerOptions) {
    this.#options = options;
  }

  async create(given: CreateApiKeyInput, by: ActorOption): Promise<IssuedApiKey> {
    const input = checkFields(given, NEW_KEY, 'input');
    const { clock, maxExpiryDays } = this.#options;
    const actor = onlyActorOf(by);
    const key = {
      userId: checkNewUserId(input.userId),
      name: checkName(input.name),
      scopes: input.scopes === undefined ? [] : checkScopes(input.scopes),
      expiresAt: checkExpiresAt(input.expiresAt ?? null, clock.now(), maxExpiryDays),
      note: input.note === undefined ? null : checkNote(input.note),
      metadata: input.metadata === undefined ? {} : checkMetadata(input.metadata),
      predecessorId: null,
    };
    const value = checkIdempotencyKey(input.idempotencyKey);
    return this.#issueOnce(value, { create: key }, { ...key, actor }, async (session) => {
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
    const { graceSeconds = DEFAULT_GRACE_SECONDS } = checkFields(options, ROTATION, 'options');
    checkWholeNumber(graceSeconds, 'graceSeconds', 0, MAX_GRACE_SECONDS);
    const value = checkIdempotencyKey(options.idempotencyKey);
    const actor = actorOf(by);
    const owner = ownerOf(by);
    const found = await getKey(this.#options.database, id, owner);
    if (found === null) return null;
    const content = { rotate: id.toLowerCase(), graceSeconds };
    let old: ChangedKey | null = null;
    const issued = await this.#issueOnce(value, content, { ...found, actor }, async (session) => {
      // The user before the key, as in creating: two that hold one each would wait for each other.
      const keys = await lockUserAndCountKeys(session, found.userId);
      const held = await lockKey(session, id, owner);
      if (held === null) return null;
      await requireRotatable(session, held.key, owner);
      requireRoom(keys, ROTATED_TO * this.#options.maxKeysPerUser);
      const successor = await this.#issue(session, this.#successorOf(held.key), actor);
      await replaceKey(session, id, successor.key.id, graceSeconds, actor);
      old = held;
      return successor;
    });
    if (old !== null) this.#tell(old);
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
  async #reissue(id: string, { userId, scopes, actor }: KeyAsMade): Promise<IssuedApiKey> {
    const { database, pending, invalidations, label } = this.#options;
    const { apiKey, keyPrefix, keyHash } = generateApiKey(label);
    const watch = await pending.watch(new Set([id]));
    try {
      const isUsed = watch.newest().size > 0;
      const reissued = isUsed
        ? null
        : await reissueKey(database, { id, userId, scopes, keyPrefix, keyHash }, actor);
      if (reissued === null) throw await notReissued(database, id);
      invalidations.keyChanged(reissued.oldKeyBucket);
      return { apiKey, key: this.#tell(reissued), isReissued: true };
    } finally {
      pending.unwatch(watch);
    }
  }

  /** What a successor takes over. Its expiry is the original one, within the limit of new keys. */
  #successorOf(key: UserApiKey): KeyToIssue {
    const { clock, maxExpiryDays } = this.#options;
    const successor = { ...key, predecessorId: key.id };
    if (maxExpiryDays === null) return successor;
    const latest = latestExpiry(clock.now(), maxExpiryDays);
    const isWithin = key.expiresAt !== null && key.expiresAt <= latest;
    return { ...successor, expiresAt: isWithin ? key.expiresAt : latest };
  }

  async #issue(session: Session, key: KeyToIssue, actor: string): Promise<IssuedApiKey> {
    const { apiKey, keyPrefix, keyHash } = generateApiKey(this.#options.label);
    const row = { ...key, keyPrefix, keyHash };
    return { apiKey, key: await insertKey(session, row, actor), isReissued: false };
  }

  #tell({ key, keyBucket }: ChangedKey): UserApiKey {
    this.#options.invalidations.keyChanged(keyBucket);
    return key;
  }
}
