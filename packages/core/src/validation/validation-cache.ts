import { LRUCache } from 'lru-cache';
import { bucketOf, type Changes, userBucketOf } from '../invalidation/invalidations.js';
import type { KeyHash } from '../key-format/api-key.js';
import { createStamp, type Stamp } from '../last-used/stamp.js';
import { statusOf } from '../model/status.js';
import type { KeyUser, UserApiKey } from '../model/user-api-key.js';
import type { FoundKey } from '../sql/find-keys-by-hash.js';
import type { DecidingFacts, Validation } from './decide.js';
import { type Cacheable, KeyCache } from './second-chance-cache.js';

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

/** One moment, by two clocks: the database's, by which keys expire, and the host's. */
export interface Moment {
  readonly databaseMs: number;
  readonly hostMs: number;
}

/** A hash that was refused, and the key of it; null: it is no key's. */
interface Refused extends Asked {
  readonly known: KnownKey | null;
  /** By the host's clock. */
  readonly until: number;
}

const REFUSED_FOR_MS = 5_000;
const MAX_REFUSED = 10_000;

/**
 * The keys that may act, by their hash, and apart from them the hashes that were refused. Both are bounded; what is in
 * use stays. A hash of no key and a key that may not act are kept alike, so that the time of an answer does not tell
 * one from the other (K2).
 */
export class KnownKeys {
  readonly #changes: Changes;
  readonly #keys: KeyCache<KnownKey>;
  readonly #refused = new LRUCache<KeyHash, Refused>({
    max: MAX_REFUSED,
    dispose: ({ known }) => this.#keepPending(known),
  });
  /** Stamps whose keys were pushed out with a use still to be written: a key has one stamp, always. */
  readonly #loose = new Map<string, Stamp>();
  #sweepAt = 1_000;

  constructor(size: number, changes: Changes) {
    this.#changes = changes;
    this.#keys = new KeyCache(Math.max(1, size), (known) => this.#keepPending(known));
  }

  get size(): number {
    return this.#keys.size;
  }

  /** The key, where it was active when it was read. */
  get(keyHash: KeyHash): KnownKey | undefined {
    return this.#keys.get(keyHash);
  }

  /** The key as the database last had it, active or not. */
  lastKnown(keyHash: KeyHash): KnownKey | undefined {
    return this.#keys.peek(keyHash) ?? this.#refused.peek(keyHash)?.known ?? undefined;
  }

  /** Whether nothing about the key is known to have changed since it was read. */
  isFresh(known: KnownKey): boolean {
    return this.#changes.noneSince(known.readAt, known.keyBucket, known.userBucket);
  }

  /** Takes in what the database answered to a question asked at `readAt`. An answer that a change has overtaken is kept for its stamp alone: it is not fresh. */
  remember(found: FoundKey, asked: Asked, now: Moment): KnownKey {
    const { keyHash } = found;
    const before = this.lastKnown(keyHash);
    if (before?.question === asked.question) return before;
    const known = this.#toKnown(found, asked);
    // What an overtaken answer says holds for the one who asked; kept, it could revive a revoked key in an outage.
    if (this.#isOvertaken(keyHash, asked.question)) return known;
    if (statusOf(known, now.databaseMs) === 'active') {
      this.#keys.set(known);
      this.#refused.delete(keyHash);
    } else this.#refuse(keyHash, known, asked, now.hostMs);
    return known;
  }

  rememberUnknown(keyHash: KeyHash, asked: Asked, now: Moment): void {
    if (!this.#isOvertaken(keyHash, asked.question)) this.#refuse(keyHash, null, asked, now.hostMs);
  }

  /**
   * What the database said of a refused hash a moment ago, where nothing about it is known to have changed since. Null:
   * that it is no key's.
   */
  refused(keyHash: KeyHash, hostMs: number): KnownKey | null | undefined {
    const refused = this.#refused.get(keyHash);
    if (refused === undefined || hostMs >= refused.until) return undefined;
    const { known, readAt } = refused;
    const isFresh =
      known === null ? this.#changes.noKeySince(readAt, bucketOf(keyHash)) : this.isFresh(known);
    return isFresh ? known : undefined;
  }

  #refuse(keyHash: KeyHash, known: KnownKey | null, asked: Asked, hostMs: number): void {
    this.#keys.delete(keyHash);
    this.#refused.set(keyHash, { ...asked, known, until: hostMs + REFUSED_FOR_MS });
  }

  #toKnown({ key, user, keyHash }: FoundKey, { readAt, question }: Asked): KnownKey {
    return {
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
  }

  #isOvertaken(keyHash: KeyHash, question: number): boolean {
    const kept = this.#keys.peek(keyHash) ?? this.#refused.peek(keyHash);
    return kept !== undefined && kept.question > question;
  }

  #stampOf(keyHash: KeyHash, id: string): Stamp {
    const before = this.lastKnown(keyHash)?.stamp;
    return before?.id === id ? before : (this.#loose.get(id) ?? createStamp(id));
  }

  #keepPending(known: KnownKey | null): void {
    if (known === null || !known.stamp.pending) return;
    this.#loose.set(known.stamp.id, known.stamp);
    if (this.#loose.size < this.#sweepAt) return;
    for (const [id, { pending }] of this.#loose) if (!pending) this.#loose.delete(id);
    this.#sweepAt = Math.max(1_000, this.#loose.size * 2);
  }
}

/** A key that is found valid is active at that moment, whatever it was when it was read. */
function activeOf(key: UserApiKey): UserApiKey {
  return Object.freeze({ ...key, status: 'active' });
}
