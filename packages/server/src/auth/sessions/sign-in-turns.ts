/** Of one group, so many sign-ins are judged at the same time. */
const AT_ONCE = 32;
/** So many go on in a turn of the event loop: together they ask the database in one statement. */
const IN_A_TURN = 8;

interface Group {
  running: number;
  isScheduled: boolean;
  /** Their bodies are read. They go first. */
  readonly ready: Set<() => void>;
  /** Their bodies are not read. */
  readonly arrived: Set<() => void>;
}

/**
 * Takes the sign-ins of each group a few at a time. The others wait, most of them before their bodies are read. In each
 * turn of the event loop a few of a group go on: thousands that come at once leave time for everything else.
 */
export class SignInTurns {
  readonly #atOnce: number;
  readonly #groups = new Map<string, Group>();

  constructor(atOnce = AT_ONCE) {
    this.#atOnce = atOnce;
  }

  /** How many groups there is something to know of. */
  get size(): number {
    return this.#groups.size;
  }

  /**
   * Resolves when the body may be read: true, or false where the client left while it waited. It takes no place, so that
   * a client that sends no body does not keep others out. `onLeave` registers what to call when the client leaves.
   */
  async beforeBody(name: string, onLeave: (left: () => void) => void): Promise<boolean> {
    const known = this.#groups.get(name);
    const group = known ?? this.#create(name);
    this.#schedule(name, group);
    if (known === undefined) return true;
    return new Promise((resolve) => {
      const go = () => resolve(true);
      group.arrived.add(go);
      onLeave(() => {
        if (group.arrived.delete(go)) resolve(false);
      });
    });
  }

  /** Runs `work` once there is a place, and keeps the place until it ends. */
  async run<T>(name: string, work: () => Promise<T>): Promise<T> {
    const group = this.#groups.get(name) ?? this.#create(name);
    if (group.running < this.#atOnce && group.ready.size === 0) group.running += 1;
    else await new Promise<void>((resolve) => group.ready.add(resolve));
    try {
      return await work();
    } finally {
      group.running -= 1;
      this.#schedule(name, group);
    }
  }

  #create(name: string): Group {
    const group = {
      running: 0,
      isScheduled: false,
      ready: new Set<() => void>(),
      arrived: new Set<() => void>(),
    };
    this.#groups.set(name, group);
    return group;
  }

  #schedule(name: string, group: Group): void {
    if (group.isScheduled) return;
    group.isScheduled = true;
    setImmediate(() => {
      group.isScheduled = false;
      this.#takeTurn(name, group);
    });
  }

  /** A few of those that wait go on, where there is a place. */
  #takeTurn(name: string, group: Group): void {
    const { ready, arrived } = group;
    if (group.running === 0 && ready.size + arrived.size === 0) this.#groups.delete(name);
    for (let taken = 0; taken < IN_A_TURN && group.running < this.#atOnce; taken++) {
      const from = ready.size > 0 ? ready : arrived;
      const [go] = from;
      if (go === undefined) return;
      from.delete(go);
      if (from === ready) group.running += 1;
      go();
      this.#schedule(name, group);
    }
  }
}
