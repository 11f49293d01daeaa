import { GroupQueue } from '../../http/group-queue.js';

/**
 * - `known`: people who have proved something already: a session, a set-up link, a browser that signed in before.
 * - `stranger`: everybody else.
 */
export type Lane = 'known' | 'stranger';

/** Whose turn a piece of work is. Within a lane the groups take turns: networks of strangers, accounts of the known. */
export interface Turn {
  readonly lane: Lane;
  readonly group: string;
}

interface Waiting {
  start(): void;
  /** The queue is full, and others have waited for less. */
  giveUp(): void;
}

/**
 * Runs `atOnce` pieces of work at a time. Lanes alternate and groups take turns, so that no group holds another up:
 * a piece of work waits for at most one piece of each other group before it. `maxWaiting` bounds each lane. In a full
 * lane the largest group makes room for a smaller one.
 */
export class FairQueue {
  readonly #atOnce: number;
  readonly #lanes: Readonly<Record<Lane, GroupQueue<Waiting>>>;
  readonly #maxWaiting: number;
  readonly #full: () => Error;
  #running = 0;
  #last: Lane = 'stranger';

  constructor(options: { atOnce: number; maxWaiting: number; full: () => Error }) {
    this.#atOnce = options.atOnce;
    this.#full = options.full;
    this.#maxWaiting = options.maxWaiting;
    this.#lanes = { known: new GroupQueue(), stranger: new GroupQueue() };
  }

  /** Rejects with `full()` where the lane has no room. */
  async run<T>({ lane, group }: Turn, work: () => Promise<T>): Promise<T> {
    if (this.#running === this.#atOnce) await this.#wait(lane, group);
    else this.#running += 1;
    try {
      return await work();
    } finally {
      const next = this.#next();
      if (next === undefined) this.#running -= 1;
      else next.start();
    }
  }

  #wait(lane: Lane, group: string): Promise<void> {
    return new Promise((start, reject) => {
      const giveUp = () => reject(this.#full());
      if (this.#hasRoom(lane, group)) this.#lanes[lane].add(group, { start, giveUp });
      else giveUp();
    });
  }

  /** In a full lane the newest of the largest group gives up, where that is larger than this one would be. */
  #hasRoom(lane: Lane, group: string): boolean {
    const queue = this.#lanes[lane];
    if (queue.size < this.#maxWaiting) return true;
    const last = queue.takeFromLargerThan(queue.sizeOf(group) + 1);
    last?.giveUp();
    return last !== undefined;
  }

  #next(): Waiting | undefined {
    const other = this.#last === 'known' ? 'stranger' : 'known';
    const lane = this.#lanes[other].size > 0 ? other : this.#last;
    this.#last = lane;
    return this.#lanes[lane].next();
  }
}
