import type { Worker } from 'node:cluster';
import { AggregatorRegistry } from 'prom-client';
import type { Figures } from '../routes/metrics/worker-metrics.js';
import { measureWorkers } from '../routes/metrics/worker-metrics.js';
import { send, type WorkerFleet } from './worker-fleet.js';

/** A worker that does not answer in time counts with what it said last. */
const ANSWER_WITHIN_MS = 1_000;

/**
 * The metrics of all workers, added up. What a worker counted stays in the sum after its end: a total that falls would be
 * read as a restart of the whole, and all of it counted again.
 */
export class GatheredMetrics {
  readonly #last = new Map<number, Figures>();
  readonly #waiting = new Map<number, (worker: Worker, figures: Figures) => void>();
  #past: Figures = [];
  #rounds = 0;
  #gathering: Promise<string> | null = null;

  /** The text of all. Those who ask at the same time share one answer. */
  gather(fleet: Pick<WorkerFleet, 'serving' | 'restarts'>): Promise<string> {
    this.#gathering ??= this.#gather(fleet).finally(() => {
      this.#gathering = null;
    });
    return this.#gathering;
  }

  receive(worker: Worker, id: number, figures: Figures): void {
    this.#last.set(worker.id, figures);
    this.#waiting.get(id)?.(worker, figures);
  }

  /** Keeps the totals of a worker that ended. */
  async keep(worker: Worker): Promise<void> {
    const last = this.#last.get(worker.id);
    if (last === undefined) return;
    this.#last.delete(worker.id);
    const totals = last.filter(({ type }) => String(type) === 'counter' || isHistogram(type));
    this.#past = await AggregatorRegistry.aggregate([this.#past, totals]).getMetricsAsJSON();
  }

  async #gather({ serving, restarts }: Pick<WorkerFleet, 'serving' | 'restarts'>): Promise<string> {
    await this.#ask(serving);
    const own = await measureWorkers(serving.length, restarts);
    return AggregatorRegistry.aggregate([own, this.#past, ...this.#last.values()]).metrics();
  }

  #ask(workers: readonly Worker[]): Promise<void> {
    const id = ++this.#rounds;
    const open = new Set(workers.map((worker) => worker.id));
    return new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ANSWER_WITHIN_MS);
      const done = (worker: Worker) => {
        open.delete(worker.id);
        if (open.size > 0) return;
        clearTimeout(timer);
        resolve();
      };
      this.#waiting.set(id, done);
      for (const worker of workers) send(worker, { keystamp: 'measure', id });
    }).finally(() => this.#waiting.delete(id));
  }
}

function isHistogram(type: unknown): boolean {
  return String(type) === 'histogram';
}
