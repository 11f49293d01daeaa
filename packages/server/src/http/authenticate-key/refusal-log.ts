import type { RefusalReason } from 'keystamp';
import { Minute } from '../../log/minute.js';

export interface RefusalLogger {
  warn(fields: object, message: string): void;
}

/**
 * Tells of refused keys once a minute, by reason: a flood of them is one line, not a line a request.
 * The first refusal starts the minute; `close` tells what is left.
 */
export class RefusalLog {
  readonly #logger: RefusalLogger;
  readonly #counts = new Map<RefusalReason, number>();
  readonly #minute = new Minute(() => this.#tell());

  constructor(logger: RefusalLogger) {
    this.#logger = logger;
  }

  count(reason: RefusalReason): void {
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
    this.#minute.begin();
  }

  close(): void {
    this.#minute.end();
  }

  #tell(): void {
    const refused = Object.fromEntries(this.#counts);
    this.#counts.clear();
    this.#logger.warn({ refused }, 'API keys were refused');
  }
}
