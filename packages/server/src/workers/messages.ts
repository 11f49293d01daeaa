import type { Figures } from '../routes/metrics/worker-metrics.js';

/** From a worker to the primary process. */
export type FromWorker =
  /** It takes requests. `url`: where to sign in. */
  | { readonly keystamp: 'ready'; readonly url: string }
  /** It cannot start. `line`: why, for people. */
  | { readonly keystamp: 'failed'; readonly line: string }
  /** Somebody asked it for the metrics of all. */
  | { readonly keystamp: 'gather'; readonly id: number }
  | { readonly keystamp: 'figures'; readonly id: number; readonly figures: Figures };

/** From the primary process to a worker. */
export type ToWorker =
  | { readonly keystamp: 'stop' }
  | { readonly keystamp: 'measure'; readonly id: number }
  /** `text`: the metrics of all; null: they could not be had. */
  | { readonly keystamp: 'gathered'; readonly id: number; readonly text: string | null };

/** Null: a message of somebody else, such as Node.js itself. */
export function readMessage<T extends FromWorker | ToWorker>(message: unknown): T | null {
  const isOurs = typeof message === 'object' && message !== null && 'keystamp' in message;
  return isOurs ? (message as T) : null;
}
