import { overloaded } from '../errors.js';

export interface AcquireOptions {
  /** True: before all others that wait. Default false. */
  isUrgent?: boolean;
  /** Longest wait; after it `take` throws `overloaded`. Default: no limit. */
  withinMs?: number;
}

interface Waiting {
  start(): void;
  isOver: boolean;
}

/**
 * Lets at most `atOnce` in at a time, in the order of the calls. `take` resolves when it is the caller's turn, to a
 * function that ends the turn; calling it again does nothing.
 */
export class Semaphore {
  readonly #atOnce: number;
  #urgent: Waiting[] = [];
  #others: Waiting[] = [];
  #running = 0;

  constructor(atOnce = 1) {
    this.#atOnce = atOnce;
  }

  async take({ isUrgent = false, withinMs = Infinity }: AcquireOptions = {}): Promise<() => void> {
    if (this.#running < this.#atOnce) this.#running++;
    else await this.#wait(isUrgent ? this.#urgent : this.#others, withinMs);
    let hasEnded = false;
    return () => {
      if (!hasEnded) this.#next();
      hasEnded = true;
    };
  }

  /** Runs `work` in a turn of its own. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const end = await this.take();
    try {
      return await work();
    } finally {
      end();
    }
  }

  #wait(queue: Waiting[], withinMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { start: resolve, isOver: false };
      queue.push(waiting);
      if (withinMs === Infinity) return;
      const giveUp = () => {
        if (waiting.isOver) return;
        waiting.isOver = true;
        reject(overloaded());
      };
      // Timers run before what has arrived is read: a process that stood still must not take its own delay for load.
      const timer = setTimeout(() => setImmediate(giveUp), withinMs);
      waiting.start = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** The turn goes on to the next one that still waits. */
  #next(): void {
    for (const queue of [this.#urgent, this.#others]) {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        if (next.isOver) continue;
        next.isOver = true;
        next.start();
        return;
      }
    }
    this.#running--;
  }
}
