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

/** So many keys wait for their end, which the other instance cannot learn any more once it is cut off. */
const STOCK = 20;

/**
 * One instance creates keys without end, and revokes or disables two of three, which the other instance knows. Each change
 * that it acknowledges is noted: it must hold whatever happens afterwards. One that fails may have happened or not.
 */
export class ChangeSeries {
  readonly changes: Change[] = [];
  /** Ids of keys whose end failed: it may have happened or not. */
  readonly uncertain = new Set<string>();
  /** How long the other instance accepted a key after its end was acknowledged, in ms; at most. */
  longestAcceptedMs = 0;
  readonly #by: Instance;
  readonly #other: Instance;
  /** Keys that the other instance knows, so that it has to hear of their end. */
  readonly #stock: IssuedApiKey[] = [];
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
      // A failure is no acknowledgement.
      await this.#create(turn).catch(() => {});
      const kind = (['revoke', 'disable', null] as const)[turn % 3] ?? null;
      if (kind !== null && turn > STOCK) await this.#end(kind).catch(() => {});
      await pause(20);
    }
  }

  async #create(turn: number): Promise<void> {
    const startedAt = monotonicMs();
    const input = { userId: `user ${turn % 7}`, name: 'A key' };
    for (const issued of await this.#by.tell('create', { input })) {
      this.#note('create', issued, startedAt);
      this.#waiting.push(this.#makeKnown(issued));
    }
  }

  async #makeKnown(issued: IssuedApiKey): Promise<void> {
    const [answer] = await this.#other.tell('validate', { apiKeys: [issued.apiKey] });
    if (answer === 'valid') this.#stock.push(issued);
  }

  async #end(kind: 'revoke' | 'disable'): Promise<void> {
    const issued = this.#stock.shift();
    if (issued === undefined) return;
    const startedAt = monotonicMs();
    this.uncertain.add(issued.key.id);
    await this.#by.tell(kind, issued.key);
    this.#note(kind, issued, startedAt);
    this.uncertain.delete(issued.key.id);
    this.#waiting.push(this.#seeRefused(issued, monotonicMs()));
  }

  #note(kind: Kind, issued: IssuedApiKey, startedAt: number): void {
    this.changes.push({ kind, issued, startedAt, acknowledgedAt: monotonicMs() });
  }

  async #seeRefused({ apiKey }: IssuedApiKey, from: number): Promise<void> {
    const acceptedAt = await this.#other.tell('lastAccepted', { apiKey, withinMs: 120_000 });
    this.longestAcceptedMs = Math.max(this.longestAcceptedMs, (acceptedAt ?? from) - from);
  }
}
