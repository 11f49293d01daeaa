import type { KeyHash } from '../key-format/api-key.js';

/** What can be kept: it knows its hash, and notes for the cache that it was looked up. */
export interface CacheEntry {
  readonly keyHash: KeyHash;
  wasUsed: boolean;
}

/** So many at most are spared at one removal, however many were used: none takes long. */
const MAX_SPARED = 32;
/** A megabyte of places; more would no longer fit into the processor's caches. */
const MAX_PLACES = 2 ** 17;

/**
 * Entries by hash, at most so many. When it is full, the oldest goes that was not looked up since it came or was last
 * spared (second chance). Looking one up is the path of every request: each hash has a place of its own in
 * a row, in which the last one that was looked up there stands, and one comparison tells whether it is the one. Only
 * else is the text of the hash itself hashed, for the map.
 */
export class SecondChanceCache<Entry extends CacheEntry> {
  readonly #most: number;
  readonly #onRemoved: (entry: Entry) => void;
  readonly #entries = new Map<KeyHash, Entry>();
  readonly #slots: (Entry | null)[];

  /** `onRemoved` gets each entry that was evicted or deleted, but not one that a newer entry of its hash replaced. */
  constructor(most: number, onRemoved: (entry: Entry) => void) {
    this.#most = most;
    this.#onRemoved = onRemoved;
    const slots = Math.min(MAX_PLACES, 2 ** Math.ceil(Math.log2(most)));
    this.#slots = new Array<Entry | null>(slots).fill(null);
  }

  get size(): number {
    return this.#entries.size;
  }

  get(keyHash: KeyHash): Entry | undefined {
    const slot = this.#slotOf(keyHash);
    const last = this.#slots[slot] as Entry | null;
    if (last !== null && last.keyHash === keyHash) {
      last.wasUsed = true;
      return last;
    }
    const entry = this.#entries.get(keyHash);
    if (entry === undefined) return undefined;
    entry.wasUsed = true;
    this.#slots[slot] = entry;
    return entry;
  }

  /** Without a trace: it does not count as a look-up. */
  peek(keyHash: KeyHash): Entry | undefined {
    return this.#entries.get(keyHash);
  }

  set(entry: Entry): void {
    const { keyHash } = entry;
    // Before it comes, so that it is not the one to go.
    if (!this.#entries.delete(keyHash) && this.#entries.size >= this.#most) this.#pushOut();
    this.#entries.set(keyHash, entry);
    this.#slots[this.#slotOf(keyHash)] = entry;
  }

  delete(keyHash: KeyHash): void {
    const entry = this.#entries.get(keyHash);
    if (entry === undefined) return;
    this.#entries.delete(keyHash);
    const slot = this.#slotOf(keyHash);
    if (this.#slots[slot] === entry) this.#slots[slot] = null;
    this.#onRemoved(entry);
  }

  /** The map keeps its entries in the order of insertion: a spared one is inserted again. */
  #pushOut(): void {
    let spared = 0;
    for (const [keyHash, entry] of this.#entries) {
      if (!entry.wasUsed || spared === MAX_SPARED) {
        this.delete(keyHash);
        return;
      }
      spared++;
      entry.wasUsed = false;
      this.#entries.delete(keyHash);
      this.#entries.set(keyHash, entry);
    }
  }

  /** From the first four characters, 24 random bits. */
  #slotOf(keyHash: KeyHash): number {
    const first = keyHash.charCodeAt(0) * 67 + keyHash.charCodeAt(1);
    const second = keyHash.charCodeAt(2) * 67 + keyHash.charCodeAt(3);
    return (first * 4_489 + second) & (this.#slots.length - 1);
  }
}
