import { type Asking, askWithin } from '../database/query-with-deadline.js';
import { overloaded } from '../errors.js';
import type { Changes } from '../invalidation/invalidations.js';
import type { KeyHash } from '../key-format/api-key.js';
import { type FoundKey, findKeysByHash } from '../sql/find-keys-by-hash.js';
import type { Asked } from './validation-cache.js';

/** So many questions are with the database at once: a slow one does not hold up those after it. */
const MOST_QUERIES = 4;
const MOST_HASHES = 1_000;
/** More waiting than this is a flood that the database cannot answer in time. */
const MOST_WAITING = 50_000;
const ANSWER_WITHIN_MS = 2_000;

/** What the database said of one hash, and when it was asked. */
export interface Loaded extends Asked {
  readonly found: FoundKey | null;
}

interface Question {
  readonly promise: Promise<Loaded>;
  resolve(loaded: Loaded): void;
  reject(error: unknown): void;
}

interface Sent {
  readonly readAt: number;
  readonly promise: Promise<Loaded>;
}

/** Asks the database for keys: one question for any number of simultaneous misses of a key, one query for many keys. */
export class KeyLoader {
  readonly #asking: Asking;
  readonly #changes: Changes;
  #waiting = new Map<KeyHash, Question>();
  readonly #sent = new Map<KeyHash, Sent>();
  #queries = 0;
  #questions = 0;
  #isScheduled = false;

  constructor(asking: Asking, changes: Changes) {
    this.#asking = asking;
    this.#changes = changes;
  }

  /**
   * `mayJoinSent`: whether an answer that is on its way already will do. It does while changes are heard and
   * none came since it was asked for; else only a question sent from now on tells the present state.
   */
  load(keyHash: KeyHash, mayJoinSent: boolean): Promise<Loaded> {
    const sent = this.#sent.get(keyHash);
    if (mayJoinSent && sent?.readAt === this.#changes.sequence) return sent.promise;
    const waiting = this.#waiting.get(keyHash);
    if (waiting !== undefined) return waiting.promise;
    if (this.#waiting.size >= MOST_WAITING) {
      return Promise.reject(overloaded());
    }
    const question = createQuestion();
    this.#waiting.set(keyHash, question);
    this.#schedule();
    return question.promise;
  }

  /** Misses of the same turn of the event loop travel together. */
  #schedule(): void {
    if (this.#isScheduled || this.#queries >= MOST_QUERIES) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      void this.#ask();
    });
  }

  async #ask(): Promise<void> {
    if (this.#waiting.size === 0) return;
    const questions = this.#takeWaiting();
    const readAt = this.#changes.sequence;
    const question = ++this.#questions;
    for (const [keyHash, { promise }] of questions) this.#sent.set(keyHash, { readAt, promise });
    this.#queries++;
    if (this.#waiting.size > 0) this.#schedule();
    try {
      const found = await askWithin(ANSWER_WITHIN_MS, this.#asking, (executor) =>
        findKeysByHash(executor, [...questions.keys()]),
      );
      const byHash = new Map(found.map((one) => [one.keyHash, one]));
      for (const [keyHash, { resolve }] of questions) {
        resolve({ found: byHash.get(keyHash) ?? null, readAt, question });
      }
    } catch (error) {
      for (const { reject } of questions.values()) reject(error);
    } finally {
      this.#queries--;
      this.#forget(questions);
      if (this.#waiting.size > 0) this.#schedule();
    }
  }

  #takeWaiting(): Map<KeyHash, Question> {
    if (this.#waiting.size <= MOST_HASHES) {
      const all = this.#waiting;
      this.#waiting = new Map();
      return all;
    }
    const some = new Map([...this.#waiting].slice(0, MOST_HASHES));
    for (const keyHash of some.keys()) this.#waiting.delete(keyHash);
    return some;
  }

  #forget(questions: Map<KeyHash, Question>): void {
    for (const [keyHash, { promise }] of questions) {
      if (this.#sent.get(keyHash)?.promise === promise) this.#sent.delete(keyHash);
    }
  }
}

function createQuestion(): Question {
  let resolve: Question['resolve'] = () => {};
  let reject: Question['reject'] = () => {};
  const promise = new Promise<Loaded>((ok, fail) => {
    resolve = ok;
    reject = fail;
  });
  // Whoever asked handles it; a question nobody waits for any more must not end the process.
  promise.catch(() => {});
  return { promise, resolve, reject };
}
