import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import type { Logger } from 'pino';
import { StartFailure } from '../config/start-failure.js';
import { type FromWorker, readMessage, type ToWorker } from './messages.js';
import { RestartPace } from './restart-pace.js';

export interface FleetOptions {
  readonly workers: number;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  /** A message that is not about the life of the worker. */
  readonly onMessage: (worker: Worker, message: FromWorker) => void;
  readonly onEnd: (worker: Worker) => void;
  /** No worker can start any more. `line`: why, for people. */
  readonly onHopeless: (line: string) => void;
}

interface Life {
  readonly worker: Worker;
  /** When it began to take requests, in ms of the monotonic clock; null: it does not yet. */
  readySince: number | null;
  /** Why it could not start, in its own words. */
  failure: string | null;
  /** Its exit code, or the signal that killed it. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

/**
 * The worker processes. Each takes connections from the shared port itself: nothing passes through this process, and what
 * waits at the port while a worker dies is taken by another one.
 */
export class WorkerFleet {
  readonly #options: FleetOptions;
  readonly #lives = new Set<Life>();
  readonly #pace = new RestartPace();
  readonly #timers = new Set<NodeJS.Timeout>();
  #started: { resolve(url: string): void; reject(error: Error): void } | null = null;
  #isStopping = false;
  restarts = 0;

  constructor(options: FleetOptions) {
    this.#options = options;
    cluster.schedulingPolicy = cluster.SCHED_NONE;
    cluster.setupPrimary({ serialization: 'advanced' });
    // However this process ends, it leaves no worker behind.
    process.on('exit', () => {
      for (const { worker } of this.#lives) worker.process.kill('SIGKILL');
    });
  }

  /** The workers that take requests. */
  get serving(): readonly Worker[] {
    return [...this.#lives].filter(({ readySince }) => readySince !== null).map((l) => l.worker);
  }

  /** Starts all. Resolves with the URL when all take requests; rejects when one of them cannot start. */
  start(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#started = { resolve, reject };
      for (let i = 0; i < this.#options.workers; i++) this.#fork();
    });
  }

  /** Ends all, each of which writes what is pending. False: one of them could not end in order. */
  async stop(): Promise<boolean> {
    this.#isStopping = true;
    for (const timer of this.#timers) clearTimeout(timer);
    const lives = [...this.#lives];
    for (const { worker } of lives) send(worker, { keystamp: 'stop' });
    const ends = await Promise.all(lives.map(({ ended }) => ended));
    return ends.every((how) => how === 0);
  }

  #fork(): void {
    const worker = cluster.fork();
    const life: Life = { worker, readySince: null, failure: null, ended: endOf(worker) };
    this.#lives.add(life);
    worker.on('message', (message) => this.#onMessage(life, readMessage<FromWorker>(message)));
    worker.on('error', () => {});
    void life.ended.then((how) => this.#onEnd(life, how));
  }

  #onMessage(life: Life, message: FromWorker | null): void {
    switch (message?.keystamp) {
      case undefined:
        break;
      case 'ready':
        this.#onReady(life, message.url);
        break;
      case 'failed':
        life.failure = message.line;
        break;
      default:
        this.#options.onMessage(life.worker, message as FromWorker);
    }
  }

  #onReady(life: Life, url: string): void {
    life.readySince = performance.now();
    this.#pace.serves();
    if (this.#started === null) {
      this.#options.logger.info(`worker ${life.worker.id} takes requests`);
    } else if (this.serving.length === this.#options.workers) {
      this.#started.resolve(url);
      this.#started = null;
    }
  }

  #onEnd(life: Life, how: number | NodeJS.Signals): void {
    this.#lives.delete(life);
    this.#options.onEnd(life.worker);
    if (this.#isStopping) return;
    const reason = life.failure ?? reasonOf(life, how);
    if (this.#started !== null) this.#started.reject(new StartFailure(reason));
    else this.#replace(life, reason);
  }

  #replace({ worker, readySince }: Life, reason: string): void {
    const servedMs = readySince === null ? null : performance.now() - readySince;
    const delayMs = this.#pace.delayAfter(servedMs);
    if (this.#pace.isHopeless && this.serving.length === 0) {
      this.#options.onHopeless(reason);
      return;
    }
    this.#options.logger.warn(
      { ended: worker.id, reason, delayMs },
      'a worker ended; another one is started in its place',
    );
    this.restarts += 1;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#fork();
    }, delayMs);
    this.#timers.add(timer);
  }
}

function reasonOf({ worker, readySince }: Life, how: number | NodeJS.Signals): string {
  const when = readySince === null ? ' before it took requests' : '';
  return `worker ${worker.id} ended with ${how}${when}`;
}

/** Its last message may come after the end of the process, and never after that of the channel. */
async function endOf(worker: Worker): Promise<number | NodeJS.Signals> {
  const [[code, signal]] = await Promise.all([once(worker, 'exit'), once(worker, 'disconnect')]);
  return signal ?? code;
}

/** A worker that has gone needs no message. */
export function send(worker: Worker, message: ToWorker): void {
  if (worker.isConnected()) worker.send(message, () => {});
}
