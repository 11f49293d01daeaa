import type { RefusalReason } from 'keystamp';

const MINUTE = 60_000;

interface RefusalLogger {
  warn(fields: object, message: string): void;
}

/**
 * Tells of refused keys once a minute, by reason: a flood of them is one line, not a line a request.
 * The first refusal starts the minute; `close` tells what is left.
 */
export class RefusalLog {
  readonly #logger: RefusalLogger;
  readonly #counts = new Map<RefusalReason, number>();
  #timer: NodeJS.Timeout | null = null;

  constructor(logger: RefusalLogger) {
    this.#logger = logger;
  }

  count(reason: RefusalReason): void {
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
    this.#timer ??= setTimeout(() => this.#tell(), MINUTE).unref();
  }

  close(): void {
    this.#tell();
  }

  #tell(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#counts.size === 0) return;
    const refused = Object.fromEntries(this.#counts);
    this.#counts.clear();
    this.#logger.warn({ refused }, 'API keys were refused');
  }
}
