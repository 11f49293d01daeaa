import { randomInt } from 'node:crypto';
import { withTimeout } from '../async/with-timeout.js';
import type { DatabaseClock } from '../clock/database-clock.js';
import type { Database, Executor } from '../database/database.js';
import { isRefusedStatement } from '../database/outage.js';
import { queryWithDeadline } from '../database/query-with-deadline.js';
import { probeListeners } from '../sql/probe-listeners.js';
import {
  ListenerError,
  NotificationLostError,
  ProbeRefusedError,
  ReadOnlyError,
} from './listener-errors.js';

const EVERY_MS = 60_000;
const SEND_TIMEOUT_MS = 2_000;
const ARRIVAL_TIMEOUT_MS = 3_000;
/** While the change cannot be made, for a lock or a full pool, the last proof is good for so long. */
const GOOD_FOR_MS = 120_000;
/** Real buckets are written without a leading zero. */
const PAYLOAD = /^[ku]0\d{3}$/;

export interface ListenerProbeOptions {
  readonly database: Database;
  readonly clock: Pick<DatabaseClock, 'hostNow'>;
  readonly cancel: (backendPid: number) => Promise<void>;
}

/**
 * Proves that notifications arrive. Triggers that exist prove nothing: a table may be distributed, a function replaced. So a
 * change of both tables, which touches no row, is made, and its notifications are awaited.
 */
export class ListenerProbe {
  readonly #options: ListenerProbeOptions;
  /** Payloads that have not arrived yet. Those of other instances are none of them. */
  readonly #missing = new Set<string>();
  #settle: (hasArrived: boolean) => void = () => {};
  #provenAt = Number.NEGATIVE_INFINITY;
  #isProving = false;

  constructor(options: ListenerProbeOptions) {
    this.#options = options;
  }

  /** Whether a notification is of a probe: it says nothing about keys. */
  receive(payload: string): boolean {
    if (!PAYLOAD.test(payload)) return false;
    if (this.#missing.delete(payload) && this.#missing.size === 0) this.#settle(true);
    return true;
  }

  /** Resolves when the notifications arrived. Rejects with `ListenerError`, or with what kept the change from being made. */
  async prove(listener: Executor): Promise<void> {
    const token = `0${String(randomInt(1_000)).padStart(3, '0')}`;
    const arrival = this.#expect(`k${token}`, `u${token}`);
    await this.#send(listener, token);
    const hasArrived = await withTimeout(ARRIVAL_TIMEOUT_MS, arrival).catch(() => false);
    if (!hasArrived) throw new NotificationLostError();
    this.#provenAt = this.#options.clock.hostNow();
  }

  /** Proves again if the last proof is a minute old. Resolves to the reason to distrust the listener; null: none. */
  async proveAgain(listener: Executor): Promise<Error | null> {
    if (this.#isProving || this.#ageMs() < EVERY_MS) return null;
    this.#isProving = true;
    try {
      await this.prove(listener);
      return null;
    } catch (error) {
      return error instanceof ListenerError || this.#ageMs() > GOOD_FOR_MS
        ? (error as Error)
        : null;
    } finally {
      this.#isProving = false;
    }
  }

  /** The connection is gone, or closes: nothing is waited for any more. */
  abandon(): void {
    this.#missing.clear();
    this.#settle(false);
  }

  #ageMs(): number {
    return this.#options.clock.hostNow() - this.#provenAt;
  }

  #expect(...payloads: string[]): Promise<boolean> {
    this.abandon();
    for (const payload of payloads) this.#missing.add(payload);
    return new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  /**
   * By the pool, where changes are made: it may have come to lead to another database. A pool without a free connection is
   * load, and says nothing of notifications: then by the listening connection itself.
   */
  async #send(listener: Executor, token: string): Promise<void> {
    try {
      const send = (executor: Executor) => probeListeners(executor, token);
      await queryWithDeadline(SEND_TIMEOUT_MS, this.#options, send);
    } catch (error) {
      if (isRefusedStatement(error)) throw new ProbeRefusedError(error);
      await withTimeout(SEND_TIMEOUT_MS, probeListeners(listener, token)).catch((second: Error) => {
        if (isReadOnly(second)) throw new ReadOnlyError();
        throw isRefusedStatement(second) ? new ProbeRefusedError(second) : second;
      });
    }
  }
}

/** `read_only_sql_transaction`, of a server that is no standby: that was looked at before. */
function isReadOnly(error: Error & { code?: unknown }): boolean {
  return error.code === '25006';
}
