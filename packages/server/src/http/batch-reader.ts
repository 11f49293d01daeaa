/** So many statements are on their way at once. */
const AT_ONCE = 2;
const MAX_KEYS = 500;

interface Question<Value> {
  readonly promise: Promise<Value | null>;
  resolve(value: Value | null): void;
  reject(error: unknown): void;
}

/**
 * Reads many values in one statement: those wanted in the same turn of the event loop, and those wanted while others
 * are read. However many requests there are, a few statements are on their way. Each answer is of a statement that was
 * sent after the question.
 */
export class BatchReader<Value> {
  readonly #read: (keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>;
  #waiting = new Map<string, Question<Value>>();
  #running = 0;
  #isScheduled = false;

  /** `read` gives the values that are there, by their keys. */
  constructor(read: (keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>) {
    this.#read = read;
  }

  /** Null: there is no value. */
  read(key: string): Promise<Value | null> {
    const waiting = this.#waiting.get(key);
    if (waiting !== undefined) return waiting.promise;
    const question = createQuestion<Value>();
    this.#waiting.set(key, question);
    this.#schedule();
    return question.promise;
  }

  #schedule(): void {
    if (this.#isScheduled || this.#running >= AT_ONCE || this.#waiting.size === 0) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      void this.#ask();
    });
  }

  async #ask(): Promise<void> {
    const questions = this.#takeWaiting();
    this.#running++;
    this.#schedule();
    try {
      const values = await this.#read([...questions.keys()]);
      for (const [key, { resolve }] of questions) resolve(values.get(key) ?? null);
    } catch (error) {
      for (const { reject } of questions.values()) reject(error);
    } finally {
      this.#running--;
      this.#schedule();
    }
  }

  #takeWaiting(): Map<string, Question<Value>> {
    const taken = new Map([...this.#waiting].slice(0, MAX_KEYS));
    for (const key of taken.keys()) this.#waiting.delete(key);
    return taken;
  }
}

function createQuestion<Value>(): Question<Value> {
  let resolve: Question<Value>['resolve'] = () => {};
  let reject: Question<Value>['reject'] = () => {};
  const promise = new Promise<Value | null>((ok, fail) => {
    resolve = ok;
    reject = fail;
  });
  return { promise, resolve, reject };
}
