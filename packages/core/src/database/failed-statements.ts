import type { Logger } from '../keystamp.js';
import { reasonOfFailure } from './outage.js';

const MINUTE_MS = 60_000;
/** SQLSTATEs are few; a driver's codes are not ours to bound. */
const MAX_KINDS = 100;

interface Kind {
  readonly code: string | null;
  /** Since its last line. */
  count: number;
  reason: string;
}

/** Logs failed statements: the first of each SQLSTATE at once, then one line a minute with their number. */
export class FailedStatements {
  readonly #logger: Logger;
  readonly #kinds = new Map<string | null, Kind>();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  count(error: unknown): void {
    if (this.#closed) return;
    const code = codeOf(error);
    const reason = reasonOfFailure(error);
    const known = this.#kinds.get(code);
    if (known !== undefined) {
      known.count++;
      known.reason = reason;
      return;
    }
    if (this.#kinds.size >= MAX_KINDS) return;
    const kind = { code, count: 1, reason };
    this.#kinds.set(code, kind);
    this.#log(kind);
    this.#timer ??= setInterval(() => this.#logMinute(), MINUTE_MS).unref();
  }

  /** Logs what is left. What fails from now on failed over the end. */
  close(): void {
    this.#logMinute();
    this.#closed = true;
    this.#stop();
  }

  #logMinute(): void {
    for (const [code, kind] of this.#kinds) {
      if (kind.count === 0) this.#kinds.delete(code);
      else this.#log(kind);
    }
    if (this.#kinds.size === 0) this.#stop();
  }

  #log(kind: Kind): void {
    const { code, count, reason } = kind;
    kind.count = 0;
    this.#logger.warn({ code, count, reason }, 'Statements failed on the database.');
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

/** An SQLSTATE, or a code of the system; null: a wait that ended. */
function codeOf(error: unknown): string | null {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : null;
}
