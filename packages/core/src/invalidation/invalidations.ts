import { hash } from 'node:crypto';
import type { KeyHash } from '../key-format/api-key.js';

/** Keys and users fall into so many buckets; a notification names one. `keystamp.bucket_of` is the same rule in SQL. */
export const BUCKETS = 1024;

/** The bucket of a hash: its first 10 bits. */
export function bucketOf(keyHash: KeyHash): number {
  return (keyHash.charCodeAt(0) << 2) | (keyHash.charCodeAt(1) >>> 6);
}

/** The bucket of a user: that of the SHA-256 of the id. */
export function userBucketOf(userId: string): number {
  return bucketOf(hash('sha256', userId, 'binary'));
}

/**
 * What has changed, and in which order. Everything that was read before the last change of its
 * bucket is stale; no entry has to be found and evicted. An answer that was on its way when a
 * change arrived is older than the change, and never counts as fresh.
 */
export class Invalidations {
  #sequence = 0;
  #everythingAt = 0;
  readonly #keysAt = new Float64Array(BUCKETS);
  readonly #usersAt = new Float64Array(BUCKETS);
  readonly #onImport: () => void;

  /** `onImport` is called when imported keys were added or deleted, or everything may have changed. */
  constructor(onImport: () => void) {
    this.#onImport = onImport;
  }

  /** The moment "now": remember it before a query. */
  get sequence(): number {
    return this.#sequence;
  }

  /** Whether nothing of these buckets has changed since `sequence`. */
  unchangedSince(sequence: number, keyBucket: number, userBucket: number): boolean {
    return (
      this.#everythingAt <= sequence &&
      (this.#keysAt[keyBucket] as number) <= sequence &&
      (this.#usersAt[userBucket] as number) <= sequence
    );
  }

  /** Whether no key of this bucket was created, changed or deleted since `sequence`. */
  keysUnchangedSince(sequence: number, keyBucket: number): boolean {
    return this.#everythingAt <= sequence && (this.#keysAt[keyBucket] as number) <= sequence;
  }

  keyChanged(bucket: number): void {
    this.#keysAt[bucket] = ++this.#sequence;
  }

  userChanged(bucket: number): void {
    this.#usersAt[bucket] = ++this.#sequence;
  }

  everythingChanged(): void {
    this.#everythingAt = ++this.#sequence;
    this.#onImport();
  }

  /** Applies a notification of `keystamp_changes`; an unknown payload counts as a change of everything. */
  apply(payload: string): void {
    const bucket = /^[ku]\d{1,4}$/.test(payload) ? Number(payload.slice(1)) : BUCKETS;
    if (bucket < BUCKETS && payload.startsWith('k')) this.keyChanged(bucket);
    else if (bucket < BUCKETS) this.userChanged(bucket);
    else if (payload === 'i') this.#onImport();
    else this.everythingChanged();
  }
}
