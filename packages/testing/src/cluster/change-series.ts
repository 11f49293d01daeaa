import { setTimeout as pause } from 'node:timers/promises';
import type { IssuedApiKey } from 'keystamp';
import { type Instance, monotonicMs } from '../processes/instances.js';
import { until } from '../until.js';

type Kind = 'create' | 'revoke' | 'disable';

/** A change that an instance acknowledged, by the host's monotonic clock. */
export interface Change {
  readonly kind: Kind;
  readonly issued: IssuedApiKey;
  readonly startedAt: number;
  readonly acknowledgedAt: number;
}

/**
 * One instance creates keys without end, and revokes or disables two of three. Each change that it acknowledges is noted:
 * it must hold whatever happens afterwards. One that fails may have happened or not.
 */
export class ChangeSeries {
  readonly changes: Change[] = [];
  /** Ids of keys whose end failed: it may have happened or not. */
  readonly uncertain = new Set<string>();
  /** How long the other instance accepted a key after its end was acknowledged, in ms; at most. */
  longestAcceptedMs = 0;
  readonly #by: Instance;
  readonly #other: Instance;
  readonly #waiting: Promise<void>[] = [];
  readonly #running: Promise<void>;
  #isRunning = true;

  constructor(by: Instance, other: Instance) {
    this.#by = by;
    this.#other = other;
    this.#running = this.#run();
  }

  /** Resolves when `count` changes were begun and acknowledged from now on. */
  async more(count: number): Promise<void> {
    const from = monotonicMs();
    await until(() => this.changes.filter(({ startedAt }) => startedAt > from).length >= count, {
      timeoutMs: 120_000,
      what: 'changes to be taken again',
    });
  }

  /** Resolves when the other instance refuses all that was revoked and disabled. */
  async stop(): Promise<void> {
    this.#isRunning = false;
    await this.#running;
    await Promise.all(this.#waiting);
  }

  async #run(): Promise<void> {
    for (let turn = 0; this.#isRunning; turn++) {
      await this.#oneKey(turn).catch(() => {}); // Not acknowledged.
      await pause(20);
    }
  }

  async #oneKey(turn: number): Promise<void> {
    const startedAt = monotonicMs();
    const input = { userId: `user ${turn % 7}`, name: 'A key' };
    const [issued] = await this.#by.tell('create', { input });
    if (issued === undefined) throw new Error('There is one.');
    const note = (kind: Kind, from: number) =>
      this.changes.push({ kind, issued, startedAt: from, acknowledgedAt: monotonicMs() });
    note('create', startedAt);
    const end = (['revoke', 'disable', null] as const)[turn % 3];
    if (end === null || end === undefined) return;
    this.uncertain.add(issued.key.id);
    // Known to the other one, so that it has to hear of the end.
    await this.#other.tell('validate', { apiKeys: [issued.apiKey] });
    const endedAt = monotonicMs();
    await this.#by.tell(end, issued.key);
    note(end, endedAt);
    this.uncertain.delete(issued.key.id);
    this.#waiting.push(this.#seeRefused(issued.apiKey, monotonicMs()));
  }

  async #seeRefused(apiKey: string, from: number): Promise<void> {
    const given = { apiKeys: [apiKey], withinMs: 120_000, pauseMs: 5 };
    const [refusedAt] = await this.#other.tell('untilRefused', given);
    const ms = (refusedAt ?? Number.POSITIVE_INFINITY) - from;
    this.longestAcceptedMs = Math.max(this.longestAcceptedMs, ms);
  }
}
