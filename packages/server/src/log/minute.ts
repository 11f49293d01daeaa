const MINUTE_MS = 60_000;

/** A minute that begins with the first `begin` and ends with a report; then the next `begin` begins another. */
export class Minute {
  readonly #report: () => void;
  #timer: NodeJS.Timeout | null = null;

  constructor(report: () => void) {
    this.#report = report;
  }

  begin(): void {
    this.#timer ??= setTimeout(() => this.end(), MINUTE_MS).unref();
  }

  /** Reports at once; where none is on, nothing. */
  end(): void {
    if (this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#report();
  }
}
