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

  show(what: string, done: number, total: number): void {
    if (this.#io.errIsTerminal) this.#bar(what, done, total);
    else if (total >= SHORT) this.#line(what, done, total);
  }

  #line(what: string, done: number, total: number): void {
    const tenth = Math.floor((done / total) * STEPS);
    const line = `${what}: ${tenth * (100 / STEPS)} %`;
    if (line !== this.#shown) this.#io.err(`${line} (${grouped(done)} of ${grouped(total)})\n`);
    this.#shown = line;
  }

  /** Leaves the line to what follows. */
  end(): void {
    if (this.#io.errIsTerminal && this.#shown !== '') this.#io.err('\r\u001b[K');
    this.#shown = '';
  }

  #bar(what: string, done: number, total: number): void {
    const share = total === 0 ? 1 : done / total;
    const full = Math.round(share * WIDTH);
    const bar = '█'.repeat(full) + '░'.repeat(WIDTH - full);
    const percent = String(Math.floor(share * 100)).padStart(3);
    const line = `${what.padEnd(28)} ${bar} ${percent} %  ${grouped(done)}`;
    if (line === this.#shown) return;
    this.#shown = line;
    this.#io.err(`\r\u001b[K${line}`);
  }
}

function grouped(count: number): string {
  return count.toLocaleString('en-US');
}
