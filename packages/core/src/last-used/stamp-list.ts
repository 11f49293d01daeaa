import type { Stamp } from './stamp.js';

const PIECE = 4_096;

/**
 * A stack of stamps in pieces of bounded length. One array of a million is copied whole each time it grows, within
 * the request whose use comes next.
 */
export class StampList {
  readonly #full: Stamp[][] = [];
  #last: Stamp[] = [];

  get length(): number {
    return this.#full.length * PIECE + this.#last.length;
  }

  push(stamp: Stamp): void {
    if (this.#last.length === PIECE) {
      this.#full.push(this.#last);
      this.#last = [];
    }
    this.#last.push(stamp);
  }

  pop(): Stamp | undefined {
    if (this.#last.length === 0) this.#last = this.#full.pop() ?? this.#last;
    return this.#last.pop();
  }

  /** Takes over all of another list, which is left to nobody: whole pieces move, no stamp of them is touched. */
  absorb(other: StampList): void {
    for (const piece of other.#full) this.#full.push(piece);
    for (const stamp of other.#last) this.push(stamp);
  }

  each(visit: (stamp: Stamp) => void): void {
    for (const piece of this.#full) for (const stamp of piece) visit(stamp);
    for (const stamp of this.#last) visit(stamp);
  }

  /** All of them, copied into arrays of bounded length. */
  pieces(): Stamp[][] {
    return [...this.#full, this.#last].map((piece) => piece.slice());
  }
}
