import cluster from 'node:cluster';
import type { Registry } from 'prom-client';
import type { ServerConfig } from '../config/config.js';
import { HttpProblem } from '../http/problem.js';
import type { Figures } from '../routes/metrics/worker-metrics.js';
import { type FromWorker, readMessage, type ToWorker } from './messages.js';

/** The primary waits 1 s for each worker; a primary that is stopped by a debugger must not hold requests. */
const GATHER_WITHIN_MS = 5_000;

/** What a worker process has of the primary one. */
export class WorkerLink {
  readonly id: number;
  #measure: () => Promise<Figures> = async () => [];
  readonly #waiting = new Map<number, (text: string | null) => void>();
  #requests = 0;
  #stop: (reason: 'asked' | 'orphaned') => void = () => {};

  constructor(id: number) {
    this.id = id;
    process.on('message', (message) => void this.#onMessage(readMessage<ToWorker>(message)));
  }

  /** Calls `stop` when the primary process says so, or is gone: nobody else would end this worker then. */
  onStop(stop: (reason: 'asked' | 'orphaned') => void): void {
    this.#stop = stop;
    cluster.worker?.on('disconnect', () => {
      // Node.js ends the process here otherwise, with the uses that are not written yet.
      if (cluster.worker) cluster.worker.exitedAfterDisconnect = true;
      stop('orphaned');
    });
  }

  ready(url: string): void {
    void send({ keystamp: 'ready', url });
  }

  /** Resolves when the line is on its way. */
  async failed(line: string): Promise<void> {
    await send({ keystamp: 'failed', line });
  }

  /** Adds the registry to what all workers tell. Gives a function for the text of all. */
  shareMetrics(registry: Registry): () => Promise<string> {
    this.#measure = () => registry.getMetricsAsJSON() as Promise<Figures>;
    return () => this.#gather();
  }

  async #onMessage(message: ToWorker | null): Promise<void> {
    switch (message?.keystamp) {
      case 'stop':
        return this.#stop('asked');
      case 'measure':
        return send({ keystamp: 'figures', id: message.id, figures: await this.#measure() });
      case 'gathered':
        return this.#waiting.get(message.id)?.(message.text);
    }
  }

  async #gather(): Promise<string> {
    const id = ++this.#requests;
    const text = await new Promise<string | null>((resolve) => {
      const timer = setTimeout(resolve, GATHER_WITHIN_MS, null);
      this.#waiting.set(id, (received) => {
        clearTimeout(timer);
        resolve(received);
      });
      void send({ keystamp: 'gather', id });
    });
    this.#waiting.delete(id);
    if (text === null) throw new HttpProblem(503, 'The metrics of the workers cannot be read now.');
    return text;
  }
}

/** Null: this process is no worker of `keystamp serve`. Another program may run it in a cluster of its own. */
export function openWorkerLink({ workers }: ServerConfig): WorkerLink | null {
  return cluster.worker !== undefined && workers > 1 ? new WorkerLink(cluster.worker.id) : null;
}

function send(message: FromWorker): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected) process.send?.(message, undefined, undefined, () => resolve());
    else resolve();
  });
}
