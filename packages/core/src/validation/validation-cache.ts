import { LRUCache } from 'lru-cache';
import { bucketOf, type Invalidations, userBucketOf } from '../invalidation/invalidations.js';
import type { KeyHash } from '../key-format/api-key.js';
import { createStamp, type Stamp } from '../last-used/stamp.js';
import { statusOf } from '../model/status.js';
import type { KeyUser, UserApiKey } from '../model/user-api-key.js';
import type { FoundKey } from '../sql/find-keys-by-hash.js';
import type { DecidingFacts, Validation } from './decide.js';
import { type CacheEntry, SecondChanceCache } from './second-chance-cache.js';

/** A key as this instance knows it: what validation needs, and no secret. */
export interface CachedKey extends DecidingFacts, CacheEntry {
  readonly key: UserApiKey;
  readonly user: KeyUser;
  readonly stamp: Stamp;
  readonly keyBucket: number;
  readonly userBucket: number;
  /** `Invalidations.sequence` before the query. */
  readonly readSequence: number;
  /** Of two answers, the one of the later query counts. */
  readonly queryNumber: number;
  /** The answer "yes", ready-made: a valid key costs no allocation. */
  readonly accepted: Promise<Validation>;
}

/** When a key was read: `Invalidations.sequence` before the query, and the number of the query. */
export interface ReadPoint {
  readonly readSequence: number;
  readonly queryNumber: number;
}

/** One moment, by two clocks: the database's, by which keys expire, and the host's. */
export interface Moment {
  readonly databaseMs: number;
  readonly hostMs: number;
}

/** A hash that was refused, and the key of it; null: it is no key's. */
interface Refused extends ReadPoint {
  readonly known: CachedKey | null;
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
export class ValidationCache {
  readonly #invalidations: Invalidations;
  readonly #keys: SecondChanceCache<CachedKey>;
  readonly #refused = new LRUCache<KeyHash, Refused>({
    max: MAX_REFUSED,
    dispose: ({ known }) => this.#keepPending(known),
  });
  /** Stamps whose keys were pushed out with a use still to be written: a key has one stamp, always. */
  readonly #orphans = new Map<string, Stamp>();
  #sweepAt = 1_000;

  constructor(size: number, invalidations: Invalidations) {
    this.#invalidations = invalidations;
    this.#keys = new SecondChanceCache(Math.max(1, size), (known) => this.#keepPending(known));
  }

  get size(): number {
    return this.#keys.size;
  }

  /** The key, where it was active when it was read. */
  get(keyHash: KeyHash): CachedKey | undefined {
    return this.#keys.get(keyHash);
  }

  /** The key as the database last had it, active or not. */
  lastKnown(keyHash: KeyHash): CachedKey | undefined {
    return this.#keys.peek(keyHash) ?? this.#refused.peek(keyHash)?.known ?? undefined;
  }

  /** Whether nothing about the key is known to have changed since it was read. */
  isFresh(known: CachedKey): boolean {
    return this.#invalidations.unchangedSince(
      known.readSequence,
      known.keyBucket,
      known.userBucket,
    );
  }

  /** Stores what the database answered at `readPoint`. An answer that a change has overtaken is not fresh. */
  remember(found: FoundKey, readPoint: ReadPoint, now: Moment): CachedKey {
    const { keyHash } = found;
    const before = this.lastKnown(keyHash);
    if (before?.queryNumber === readPoint.queryNumber) return before;
    const known = this.#toKnown(found, readPoint);
    // An overtaken answer counts for its own caller; stored, it could serve a revoked key in an outage.
    if (this.#isOvertaken(keyHash, readPoint.queryNumber)) return known;
    if (statusOf(known, now.databaseMs) === 'active') {
      this.#keys.set(known);
      this.#refused.delete(keyHash);
    } else this.#refuse(keyHash, known, readPoint, now.hostMs);
    return known;
  }

  rememberUnknown(keyHash: KeyHash, readPoint: ReadPoint, now: Moment): void {
    if (!this.#isOvertaken(keyHash, readPoint.queryNumber))
      this.#refuse(keyHash, null, readPoint, now.hostMs);
  }

  /**
   * What the database returned for a refused hash a moment ago, if nothing about it has changed since. Null:
   * that it is no key's.
   */
  refused(keyHash: KeyHash, hostMs: number): CachedKey | null | undefined {
    const refused = this.#refused.get(keyHash);
    if (refused === undefined || hostMs >= refused.until) return undefined;
    const { known, readSequence } = refused;
    const isFresh =
      known === null
        ? this.#invalidations.keysUnchangedSince(readSequence, bucketOf(keyHash))
        : this.isFresh(known);
    return isFresh ? known : undefined;
  }

  #refuse(keyHash: KeyHash, known: CachedKey | null, readPoint: ReadPoint, hostMs: number): void {
    this.#keys.delete(keyHash);
    this.#refused.set(keyHash, { ...readPoint, known, until: hostMs + REFUSED_FOR_MS });
  }

  #toKnown({ key, user, keyHash }: FoundKey, { readSequence, queryNumber }: ReadPoint): CachedKey {
    return {
      keyHash,
      wasUsed: false,
      key,
      user,
      scopes: key.scopes,
      revokedAtMs: key.revokedAt === null ? null : key.revokedAt.getTime(),
      expiresAtMs: key.expiresAt === null ? null : key.expiresAt.getTime(),
      isDisabled: key.disabledAt !== null,
      userIsActive: user.isActive,
      userIsAdmin: user.isAdmin,
      stamp: this.#stampOf(keyHash, key.id),
      keyBucket: bucketOf(keyHash),
      userBucket: userBucketOf(user.id),
      readSequence,
      queryNumber,
      accepted: Promise.resolve(Object.freeze({ valid: true, key: activeOf(key), user })),
    };
  }

  #isOvertaken(keyHash: KeyHash, queryNumber: number): boolean {
    const kept = this.#keys.peek(keyHash) ?? this.#refused.peek(keyHash);
    return kept !== undefined && kept.queryNumber > queryNumber;
  }

  #stampOf(keyHash: KeyHash, id: string): Stamp {
    const before = this.lastKnown(keyHash)?.stamp;
    return before?.id === id ? before : (this.#orphans.get(id) ?? createStamp(id));
  }

  #keepPending(known: CachedKey | null): void {
    if (known === null || !known.stamp.pending) return;
    this.#orphans.set(known.stamp.id, known.stamp);
    if (this.#orphans.size < this.#sweepAt) return;
    for (const [id, { pending }] of this.#orphans) if (!pending) this.#orphans.delete(id);
    this.#sweepAt = Math.max(1_000, this.#orphans.size * 2);
  }
}

/** A key that is found valid is active at that moment, whatever it was when it was read. */
function activeOf(key: UserApiKey): UserApiKey {
  return Object.freeze({ ...key, status: 'active' });
}
