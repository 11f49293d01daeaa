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
  readonly #lanes: Readonly<Record<Lane, LaneQueue>>;
  readonly #full: () => Error;
  #running = 0;
  #last: Lane = 'stranger';

  constructor(options: { atOnce: number; maxWaiting: number; full: () => Error }) {
    this.#atOnce = options.atOnce;
    this.#full = options.full;
    this.#lanes = {
      known: new LaneQueue(options.maxWaiting),
      stranger: new LaneQueue(options.maxWaiting),
    };
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
      if (!this.#lanes[lane].add(group, { start, giveUp })) giveUp();
    });
  }

  #next(): Waiting | undefined {
    const other = this.#last === 'known' ? 'stranger' : 'known';
    const lane = this.#lanes[other].size > 0 ? other : this.#last;
    this.#last = lane;
    return this.#lanes[lane].next();
  }
}

/** The groups of a lane, in the order of their turns. */
class LaneQueue {
  readonly #max: number;
  readonly #groups = new Map<string, Waiting[]>();
  size = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** False: the lane is full, and the group is already as large as any. */
  add(group: string, waiting: Waiting): boolean {
    if (this.size >= this.#max && !this.#makeRoom(group)) return false;
    const queue = this.#groups.get(group);
    if (queue === undefined) this.#groups.set(group, [waiting]);
    else queue.push(waiting);
    this.size += 1;
    return true;
  }

  /** The first of the group whose turn it is; the group is last then. */
  next(): Waiting | undefined {
    const [turn] = this.#groups;
    if (turn === undefined) return undefined;
    const [group, queue] = turn;
    const waiting = queue.shift();
    this.#groups.delete(group);
    if (queue.length > 0) this.#groups.set(group, queue);
    this.size -= 1;
    return waiting;
  }

  /** The newest of the largest group gives up, where the group is larger than this one would be. */
  #makeRoom(group: string): boolean {
    const wanted = (this.#groups.get(group)?.length ?? 0) + 1;
    let largest: Waiting[] | undefined;
    for (const queue of this.#groups.values()) {
      if (queue.length > (largest?.length ?? wanted)) largest = queue;
    }
    const last = largest?.pop();
    if (last === undefined) return false;
    this.size -= 1;
    last.giveUp();
    return true;
  }
}
