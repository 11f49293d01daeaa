import { CliFailure } from './cli-io.js';
import type { WrongLine } from './text-lines.js';

/** So many are shown; of the rest, how many. */
const MAX_SHOWN = 100;

/** What is wrong with the lines of a file, gathered to be said all at once. */
export class LineFaults {
  readonly #shown: string[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add({ message }: WrongLine): void {
    this.#count += 1;
    if (this.#count <= MAX_SHOWN) this.#shown.push(message);
  }

  /** All of them, and that nothing was stored. */
  failure(): CliFailure {
    const rest = this.#count - this.#shown.length;
    const more = rest === 0 ? [] : [`and ${rest} more lines`];
    const are = this.#count === 1 ? '1 line is' : `${this.#count} lines are`;
    return new CliFailure(
      [...this.#shown, ...more, `${are} wrong: nothing was imported`].join('\n'),
    );
  }
}
