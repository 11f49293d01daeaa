import { Coalescer } from '../async/coalescer.js';
import { withTimeout } from '../async/with-timeout.js';
import { type QueryTarget, queryWithDeadline } from '../database/query-with-deadline.js';
import type { Logger, RequestOrigin } from '../keystamp.js';
import { onceAMinute } from '../log.js';
import type { RefusedUse } from '../model/key-event.js';
import type { UserApiKey } from '../model/user-api-key.js';
import { type RefusedKey, writeRefusals } from '../sql/write-refusals.js';
import { RefusalLines } from './refusal-lines.js';
import { keptOrigin } from './request-origin.js';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** Keys that are remembered in an hour, and rows that wait to be written: those beyond are dropped. */
const MAX_KEYS = 10_000;
const MAX_ROWS = 1_000;
const WRITE_AFTER_MS = 1_000;
const STATEMENT_TIMEOUT_MS = 2_000;
const RETRY_MS = { first: 250, most: 5_000 };

const DROPPED = 'More refused keys were presented than are remembered; the history lacks some.';

export interface RefusedKeysOptions extends QueryTarget {
  readonly logger: Logger;
}

/** What stops a key, and when it last had a line in the log. */
interface Remembered {
  readonly reason: RefusedUse['reason'];
  readonly stoppedAtMs: number;
  minute: number;
}

/**
 * Who still presents a key that may not act: one row in the history a key, stop and hour over the whole fleet, and one
 * line in the log a key and minute. A request only notes it in memory; a failure to write it touches nothing else.
 */
export class RefusedKeys {
  readonly #target: QueryTarget;
  readonly #logger: Logger;
  readonly #warn: (fields: object, message: string) => void;
  readonly #lines: RefusalLines;
  readonly #writes = new Coalescer(() => this.#writeAll());
  /** Those of this hour, by the key's id. */
  readonly #remembered = new Map<string, Remembered>();
  readonly #pending: RefusedKey[] = [];
  #hour = Number.NaN;
  #maxRows = MAX_ROWS;
  #retryMs = RETRY_MS.first;
  #retryAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor({ database, cancel, logger }: RefusedKeysOptions) {
    this.#target = { database, cancel, lane: 'upkeep' };
    this.#logger = logger;
    this.#warn = onceAMinute(logger);
    this.#lines = new RefusalLines(logger);
  }

  /** Whether something is left to write. */
  get arePending(): boolean {
    return this.#pending.length > 0;
  }

  /**
   * Of a flood, each call but the first costs a look into a map. `from` is read once a minute; `nowMs` is the database's clock.
   */
  record(
    key: UserApiKey,
    reason: RefusedUse['reason'],
    from: RequestOrigin | undefined,
    nowMs: number,
  ): void {
    const hour = Math.floor(nowMs / HOUR_MS);
    const minute = Math.floor(nowMs / MINUTE_MS);
    if (hour !== this.#hour) this.#remembered.clear();
    this.#hour = hour;
    const stoppedAtMs = stoppedAtOf(key, reason);
    const known = this.#remembered.get(key.id);
    const isSameStop = known?.reason === reason && known.stoppedAtMs === stoppedAtMs;
    if ((isSameStop && known.minute === minute) || this.#closed) return;
    if (known === undefined && this.#remembered.size >= MAX_KEYS) {
      this.#warn({}, DROPPED);
      return;
    }
    this.#remembered.set(key.id, { reason, stoppedAtMs, minute });
    const slot = `${hour} ${reason} ${stoppedAtMs}`;
    const refused = refusedKey(key, reason, from, nowMs, slot);
    if (known?.minute !== minute) this.#lines.add(refused, minute);
    if (!isSameStop) this.#add(refused);
    this.#schedule();
  }

  /** Resolves when what was recorded is written, or could not be: never rejects. */
  flush(): Promise<void> {
    this.#lines.write();
    return this.#writes.ask();
  }

  /** Writes what is left, until `deadline` by the monotonic clock, and stops. */
  async close(deadline: number): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#lines.close();
    const leftMs = deadline - performance.now();
    if (this.arePending && leftMs > 0) await withTimeout(leftMs, this.flush()).catch(() => {});
    if (!this.arePending) return;
    const message = 'Stopped with refused keys that could not be written into the history.';
    this.#logger.warn({ pending: this.#pending.length }, message);
  }

  #add(refused: RefusedKey): void {
    if (this.#pending.length < MAX_KEYS) this.#pending.push(refused);
    else this.#warn({}, DROPPED);
  }

  #schedule(): void {
    if (!this.#closed) this.#timer ??= setTimeout(() => this.#work(), WRITE_AFTER_MS).unref();
  }

  async #work(): Promise<void> {
    this.#timer = undefined;
    this.#lines.write();
    if (performance.now() >= this.#retryAt) await this.flush();
    if (this.arePending) this.#schedule();
  }

  async #writeAll(): Promise<void> {
    while (this.arePending) {
      const batch = this.#pending.slice(0, this.#maxRows);
      try {
        await queryWithDeadline(STATEMENT_TIMEOUT_MS, this.#target, (executor) =>
          writeRefusals(executor, batch),
        );
      } catch (error) {
        return this.#keep(error as Error & { code?: string });
      }
      this.#pending.splice(0, batch.length);
      this.#maxRows = Math.min(MAX_ROWS, this.#maxRows * 2);
      this.#retryMs = RETRY_MS.first;
      this.#retryAt = 0;
    }
  }

  /** A statement that was too slow is tried with fewer rows. */
  #keep(error: Error & { code?: string }): void {
    this.#maxRows = Math.max(1, Math.floor(this.#maxRows / 2));
    this.#retryAt = performance.now() + this.#retryMs;
    this.#retryMs = Math.min(RETRY_MS.most, this.#retryMs * 2);
    this.#warn(
      { code: error.code ?? null, reason: error.message, pending: this.#pending.length },
      'Refused keys could not be written into the history; they are kept and tried again.',
    );
  }
}

/** In epoch ms. The same on every instance, so that all of them mean one row. Of an inactive user no time is known: 0. */
function stoppedAtOf(key: UserApiKey, reason: RefusedUse['reason']): number {
  switch (reason) {
    case 'revoked':
      return key.revokedAt?.getTime() ?? 0;
    case 'expired':
      return key.expiresAt?.getTime() ?? 0;
    case 'disabled':
      return key.disabledAt?.getTime() ?? 0;
    case 'user_inactive':
      return 0;
  }
}

function refusedKey(
  { id, userId, name, keyPrefix }: UserApiKey,
  reason: RefusedUse['reason'],
  from: RequestOrigin | undefined,
  atMs: number,
  slot: string,
): RefusedKey {
  return { keyId: id, userId, name, keyPrefix, reason, ...keptOrigin(from), atMs, slot };
}
