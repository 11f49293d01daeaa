import { type QueryTarget, queryWithDeadline } from '../database/query-with-deadline.js';
import { READ, type ReadTrace, traced } from '../diagnostics/traces.js';
import { overloaded } from '../errors.js';
import type { Invalidations } from '../invalidation/invalidations.js';
import type { KeyHash } from '../key-format/api-key.js';
import { type FoundKey, findKeysByHash } from '../sql/find-keys-by-hash.js';
import type { ReadPoint } from './validation-cache.js';

/** At most so many queries run at once: a slow one does not delay those after it. */
const MAX_QUERIES = 4;
const MAX_HASHES = 1_000;
/** More waiting than this is a flood that the database cannot answer in time. */
const MAX_WAITING = 50_000;
const ANSWER_TIMEOUT_MS = 2_000;

/** What the database returned for one hash, and when it was read. */
export interface Loaded extends ReadPoint {
  readonly found: FoundKey | null;
}

interface PendingRead {
  readonly promise: Promise<Loaded>;
  resolve(loaded: Loaded): void;
  reject(error: unknown): void;
}

interface Sent {
  readonly readSequence: number;
  readonly promise: Promise<Loaded>;
}

/** Reads keys: one read for all simultaneous misses of a key, one query for many keys. */
export class KeyLoader {
  readonly #target: QueryTarget;
  readonly #invalidations: Invalidations;
  #waiting = new Map<KeyHash, PendingRead>();
  readonly #sent = new Map<KeyHash, Sent>();
  #queries = 0;
  #queryNumber = 0;
  #isScheduled = false;

  constructor(target: QueryTarget, invalidations: Invalidations) {
    this.#target = target;
    this.#invalidations = invalidations;
  }

  /**
   * `mayJoinSent`: whether an answer that is on its way is good enough. It is while the listener is live and
   * no change arrived since; otherwise only a query from now on reads the present state.
   */
  load(keyHash: KeyHash, mayJoinSent: boolean): Promise<Loaded> {
    const sent = this.#sent.get(keyHash);
    if (mayJoinSent && sent?.readSequence === this.#invalidations.sequence) return sent.promise;
    const waiting = this.#waiting.get(keyHash);
    if (waiting !== undefined) return waiting.promise;
    if (this.#waiting.size >= MAX_WAITING) {
      return Promise.reject(overloaded());
    }
    const read = createPendingRead();
    this.#waiting.set(keyHash, read);
    this.#schedule();
    return read.promise;
  }

  /** Misses of the same turn of the event loop travel together. */
  #schedule(): void {
    if (this.#isScheduled || this.#queries >= MAX_QUERIES) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      void this.#ask();
    });
  }

  async #ask(): Promise<void> {
    if (this.#waiting.size === 0) return;
    const reads = this.#takeWaiting();
    const readSequence = this.#invalidations.sequence;
    const queryNumber = ++this.#queryNumber;
    for (const [keyHash, { promise }] of reads) this.#sent.set(keyHash, { readSequence, promise });
    this.#queries++;
    if (this.#waiting.size > 0) this.#schedule();
    try {
      const found = await this.#find([...reads.keys()]);
      const byHash = new Map(found.map((one) => [one.keyHash, one]));
      for (const [keyHash, { resolve }] of reads) {
        resolve({ found: byHash.get(keyHash) ?? null, readSequence, queryNumber });
      }
    } catch (error) {
      for (const { reject } of reads.values()) reject(error);
    } finally {
      this.#queries--;
      this.#forget(reads);
      if (this.#waiting.size > 0) this.#schedule();
    }
  }

  #find(hashes: readonly KeyHash[]): Promise<readonly FoundKey[]> {
    const trace: ReadTrace = { keys: hashes.length, found: null, errorCode: null };
    const query = () =>
      queryWithDeadline(ANSWER_TIMEOUT_MS, this.#target, (executor) =>
        findKeysByHash(executor, hashes),
      );
    return traced(READ, trace, query, (read, found) => {
      read.found = found.length;
    });
  }

  #takeWaiting(): Map<KeyHash, PendingRead> {
    if (this.#waiting.size <= MAX_HASHES) {
      const all = this.#waiting;
      this.#waiting = new Map();
      return all;
    }
    const some = new Map([...this.#waiting].slice(0, MAX_HASHES));
    for (const keyHash of some.keys()) this.#waiting.delete(keyHash);
    return some;
  }

  #forget(reads: Map<KeyHash, PendingRead>): void {
    for (const [keyHash, { promise }] of reads) {
      if (this.#sent.get(keyHash)?.promise === promise) this.#sent.delete(keyHash);
    }
  }
}

function createPendingRead(): PendingRead {
  let resolve: PendingRead['resolve'] = () => {};
  let reject: PendingRead['reject'] = () => {};
  const promise = new Promise<Loaded>((ok, fail) => {
    resolve = ok;
    reject = fail;
  });
  // Callers handle it; a read that nobody waits for must not end the process.
  promise.catch(() => {});
  return { promise, resolve, reject };
}
