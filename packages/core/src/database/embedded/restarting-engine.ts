import type { Logger } from '../../keystamp.js';
import { driverError } from '../postgres/driver-error.js';
import type { Engine } from './engine.js';

/** An engine that dies sooner than this after its start is not started again at once. */
const STEADY_MS = 60_000;
const PAUSE_MS = { first: 1_000, most: 30_000 };

/** Of PostgreSQL: it recovers from a crash, and cannot be connected to now. Both count as an outage. */
const CRASHED = '57P02';
const CANNOT_CONNECT = '57P03';

/**
 * An engine that is started again when its thread dies: by an error that nobody caught, or for lack of memory. What was
 * committed is on the disk, and is there again. What ran is an outage to those who wait for it, as where a PostgreSQL
 * server crashes.
 */
export class RestartingEngine implements Engine {
  onDeath: (error: Error) => void = () => {};
  readonly #start: () => Promise<Engine>;
  readonly #logger: Logger | undefined;
  /** Null: none runs. */
  #engine: Engine | null = null;
  #startedAt = 0;
  #starting: Promise<void> = Promise.resolve();
  #pauseMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #failure: unknown;
  #isClosed = false;

  private constructor(start: () => Promise<Engine>, logger: Logger | undefined) {
    this.#start = start;
    this.#logger = logger;
  }

  /** Rejects where the first start fails: only an engine that worked is started again. */
  static async open(
    start: () => Promise<Engine>,
    logger: Logger | undefined,
  ): Promise<RestartingEngine> {
    const engine = new RestartingEngine(start, logger);
    engine.#use(await start());
    return engine;
  }

  async exec(request: Uint8Array): Promise<Uint8Array> {
    // Not waited for: keys that are known are answered for at once, as in any outage.
    if (this.#engine === null) throw outage(CANNOT_CONNECT, 'is not back', this.#failure);
    try {
      return await this.#engine.exec(request);
    } catch (cause) {
      // Errors of statements are answers: this is its death.
      throw outage(CRASHED, 'ended', cause);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#starting;
    await this.#engine?.close();
  }

  #use(engine: Engine): void {
    this.#engine = engine;
    this.#startedAt = performance.now();
    engine.onDeath = (cause) => this.#replace(cause);
  }

  #replace(cause: Error): void {
    this.#engine = null;
    this.#failure = cause;
    if (this.#isClosed) return;
    const isSteady = performance.now() - this.#startedAt > STEADY_MS;
    const pauseMs = isSteady ? 0 : this.#pauseMs;
    this.#pauseMs = isSteady ? PAUSE_MS.first : longer(this.#pauseMs);
    this.#logger?.error(
      { err: cause, pauseMs },
      'The engine of the embedded database ended. It is started again, with all that was committed.',
    );
    this.#startIn(pauseMs);
    this.onDeath(outage(CRASHED, 'ended', cause));
  }

  #startIn(ms: number): void {
    if (ms > 0) this.#timer = setTimeout(() => this.#startIn(0), ms).unref();
    else this.#starting = this.#startAgain();
  }

  async #startAgain(): Promise<void> {
    try {
      this.#use(await this.#start());
      this.#logger?.info({}, 'The engine of the embedded database is back.');
    } catch (cause) {
      this.#failure = cause;
      if (this.#isClosed) return;
      this.#pauseMs = longer(this.#pauseMs);
      this.#logger?.error(
        { err: cause, pauseMs: this.#pauseMs },
        'The engine of the embedded database cannot be started. Trying again.',
      );
      this.#startIn(this.#pauseMs);
    }
  }
}

function longer(ms: number): number {
  return ms === 0 ? PAUSE_MS.first : Math.min(PAUSE_MS.most, ms * 2);
}

function outage(code: string, what: string, cause: unknown): Error {
  const reason = cause instanceof Error ? `: ${cause.message}` : '';
  const error = new Error(`The engine of the embedded database ${what}${reason}`, { cause });
  return driverError(Object.assign(error, { code })) as Error;
}
