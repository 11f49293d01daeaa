/** Groups take turns: a waiting item stands behind at most one item of each other group, and behind those of its own. */
export class GroupQueue<T> {
  /** In the order of their turns. */
  readonly #groups = new Map<string, T[]>();
  size = 0;

  add(group: string, item: T): void {
    const queue = this.#groups.get(group);
    if (queue === undefined) this.#groups.set(group, [item]);
    else queue.push(item);
    this.size += 1;
  }

  /** The oldest of the group whose turn it is; that group is last then. */
  next(): T | undefined {
    const [turn] = this.#groups;
    if (turn === undefined) return undefined;
    const [group, queue] = turn;
    const item = queue.shift();
    this.#groups.delete(group);
    if (queue.length > 0) this.#groups.set(group, queue);
    this.size -= 1;
    return item;
  }

  sizeOf(group: string): number {
    return this.#groups.get(group)?.length ?? 0;
  }

  /** Takes out the newest of the largest group, where that has more than `size`. */
  takeFromLargerThan(size: number): T | undefined {
    let largest: T[] | undefined;
    for (const queue of this.#groups.values()) {
      if (queue.length > (largest?.length ?? size)) largest = queue;
    }
    if (largest === undefined) return undefined;
    this.size -= 1;
    return largest.pop();
  }
}
