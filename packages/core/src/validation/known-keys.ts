import { LRUCache } from 'lru-cache';
import type { KeyHash } from '../api-key.js';
import { createStamp, type Stamp } from '../last-used/stamp.js';
import type { FoundKey } from '../sql/find-keys-by-hash.js';
import type { KeyUser, UserApiKey } from '../user-api-key.js';
import { bucketOf, type Changes, userBucketOf } from './changes.js';
import type { DecidingFacts, Validation } from './decide.js';
import { type Cacheable, KeyCache } from './key-cache.js';

/** A key as this instance knows it: what validation needs, and no secret. */
export interface KnownKey extends DecidingFacts, Cacheable {
  readonly key: UserApiKey;
  readonly user: KeyUser;
  readonly stamp: Stamp;
  readonly keyBucket: number;
  readonly userBucket: number;
  /** `Changes.sequence` when the database was asked. */
  readonly readAt: number;
  /** Of two answers the one to the later question counts. */
  readonly question: number;
  /** The answer "yes", ready-made: a valid key costs no allocation. */
  readonly accepted: Promise<Validation>;
}

/** When the database was asked: `Changes.sequence`, and the number of the question. */
export interface Asked {
  readonly readAt: number;
  readonly question: number;
}

const UNKNOWN_FOR_MS = 5_000;
const MOST_UNKNOWN = 10_000;

/** The keys known by their hash, and, apart from them, hashes known to be no key's. Both bounded; what is in use stays. */
export class KnownKeys {
  readonly #changes: Changes;
  readonly #keys: KeyCache<KnownKey>;
  readonly #unknown = new LRUCache<KeyHash, { readAt: number; question: number; until: number }>({
    max: MOST_UNKNOWN,
  });
  /** Stamps whose keys were pushed out with a use still to be written: a key has one stamp, always. */
  readonly #loose = new Map<string, Stamp>();
  #sweepAt = 1_000;

  constructor(size: number, changes: Changes) {
    this.#changes = changes;
    this.#keys = new KeyCache(Math.max(1, size), ({ stamp }) => {
      if (stamp.pending) this.#keepLoose(stamp);
    });
  }

  get size(): number {
    return this.#keys.size;
  }

  get(keyHash: KeyHash): KnownKey | undefined {
    return this.#keys.get(keyHash);
  }

  /** Whether nothing about the key is known to have changed since it was read. */
  isFresh(known: KnownKey): boolean {
    return this.#changes.noneSince(known.readAt, known.keyBucket, known.userBucket);
  }

  /** Takes in what the database answered to a question asked at `readAt`. An answer that a change has overtaken is kept for its stamp alone: it is not fresh. */
  remember(found: FoundKey, { readAt, question }: Asked): KnownKey {
    const { key, user, keyHash } = found;
    const before = this.#keys.peek(keyHash);
    if (before?.question === question) return before;
    const known: KnownKey = {
      keyHash,
      wasUsed: false,
      key,
      user,
      scopes: key.scopes,
      revokedAtMs: key.revokedAt === null ? null : key.revokedAt.getTime(),
      expiresAtMs: key.expiresAt === null ? null : key.expiresAt.getTime(),
      userIsActive: user.isActive,
      stamp: this.#stampOf(keyHash, key.id),
      keyBucket: bucketOf(keyHash),
      userBucket: userBucketOf(user.id),
      readAt,
      question,
      accepted: Promise.resolve(Object.freeze({ valid: true, key: activeOf(key), user })),
    };
    // What an overtaken answer says holds for the one who asked; kept, it could revive a revoked key in an outage.
    if (this.#isOvertaken(keyHash, question)) return known;
    this.#keys.set(known);
    this.#unknown.delete(keyHash);
    return known;
  }

  rememberUnknown(keyHash: KeyHash, { readAt, question }: Asked, nowMs: number): void {
    if (this.#isOvertaken(keyHash, question)) return;
    this.#keys.delete(keyHash);
    this.#unknown.set(keyHash, { readAt, question, until: nowMs + UNKNOWN_FOR_MS });
  }

  /** Whether the database said a moment ago that it knows no such key, and none of its bucket came since. */
  isUnknown(keyHash: KeyHash, nowMs: number): boolean {
    const unknown = this.#unknown.get(keyHash);
    return (
      unknown !== undefined &&
      nowMs < unknown.until &&
      this.#changes.noKeySince(unknown.readAt, bucketOf(keyHash))
    );
  }

  #isOvertaken(keyHash: KeyHash, question: number): boolean {
    const kept = this.#keys.peek(keyHash) ?? this.#unknown.peek(keyHash);
    return kept !== undefined && kept.question > question;
  }

  #stampOf(keyHash: KeyHash, id: string): Stamp {
    const before = this.#keys.peek(keyHash)?.stamp;
    if (before?.id === id) return before;
    const loose = this.#loose.get(id);
    this.#loose.delete(id);
    return loose ?? createStamp(id);
  }

  #keepLoose(stamp: Stamp): void {
    this.#loose.set(stamp.id, stamp);
    if (this.#loose.size < this.#sweepAt) return;
    for (const [id, { pending }] of this.#loose) if (!pending) this.#loose.delete(id);
    this.#sweepAt = Math.max(1_000, this.#loose.size * 2);
  }
}

/** A key that is found valid is active at that moment, whatever it was when it was read. */
function activeOf(key: UserApiKey): UserApiKey {
  return Object.freeze({ ...key, status: 'active' });
}
