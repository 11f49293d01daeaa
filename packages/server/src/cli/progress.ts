import type { CliIo } from './cli-io.js';

const WIDTH = 30;
/** Where it is kept, a line each tenth, and none of what is short. */
const STEPS = 10;
const SHORT = 50_000;

/** Shows how far long work is: a bar at a terminal, and lines elsewhere. */
export class Progress {
  readonly #io: Pick<CliIo, 'err' | 'errIsTerminal'>;
  #shown = '';

  constructor(io: Pick<CliIo, 'err' | 'errIsTerminal'>) {
    this.#io = io;
  }

  /** `done` of `total` things. */
  show(what: string, done: number, total: number): void {
    const share = total === 0 ? 1 : done / total;
    if (this.#io.errIsTerminal) this.#bar(what, done, share);
    else if (total >= SHORT) this.#line(what, `${grouped(done)} of ${grouped(total)}`, share);
  }

  /** `done` things, which are this share of all of them; null: nobody knows how many there are. */
  showShare(what: string, done: number, share: number | null): void {
    if (this.#io.errIsTerminal) this.#bar(what, done, share);
    else if (share !== null && done >= SHORT * share) this.#line(what, grouped(done), share);
  }

  #line(what: string, done: string, share: number): void {
    const tenth = Math.floor(share * STEPS);
    const line = `${what}: ${tenth * (100 / STEPS)} %`;
    if (line !== this.#shown) this.#io.err(`${line} (${done})\n`);
    this.#shown = line;
  }

  /** Leaves the line to what follows. */
  end(): void {
    if (this.#io.errIsTerminal && this.#shown !== '') this.#io.err('\r\u001b[K');
    this.#shown = '';
  }

  #bar(what: string, done: number, share: number | null): void {
    const line = `${what.padEnd(28)} ${share === null ? '' : barOf(share)}${grouped(done)}`;
    if (line === this.#shown) return;
    this.#shown = line;
    this.#io.err(`\r\u001b[K${line}`);
  }
}

function barOf(share: number): string {
  const full = Math.round(share * WIDTH);
  const percent = String(Math.floor(share * 100)).padStart(3);
  return `${'█'.repeat(full)}${'░'.repeat(WIDTH - full)} ${percent} %  `;
}

function grouped(count: number): string {
  return count.toLocaleString('en-US');
}
