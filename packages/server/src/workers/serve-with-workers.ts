import type { Worker } from 'node:cluster';
import { prepare, printSetupLink, type RunningServer, type ServeOptions } from '../start/serve.js';
import { GatheredMetrics } from './gathered-metrics.js';
import type { FromWorker } from './messages.js';
import { send, WorkerFleet } from './worker-fleet.js';

export interface PrimaryOptions extends ServeOptions {
  /** The workers cannot go on. `line`: why, for people. */
  readonly onHopeless: (line: string) => void;
}

/**
 * Starts as many workers as configured, which share the port. This process does once what must be done once: the migrations, the
 * first administrator, the set-up link. Then it keeps no connection to the database, and only starts and ends workers.
 */
export async function serveWithWorkers(options: PrimaryOptions): Promise<RunningServer> {
  const { config, logger, print, signal, onHopeless } = options;
  const opened = await prepare(options);
  try {
    const metrics = new GatheredMetrics();
    const fleet: WorkerFleet = new WorkerFleet({
      workers: config.workers,
      logger,
      onMessage: (worker, message) => void pass(fleet, metrics, worker, message),
      onEnd: (worker) => void metrics.keep(worker),
      onHopeless,
    });
    const url = await startAll(fleet, signal);
    print(`Keystamp is ready, with ${config.workers} workers. Sign in at ${url}/`);
    await printSetupLink(opened.keystamp, url, print);
    return { url, stop: () => stopAll(fleet) };
  } finally {
    await opened.close();
  }
}

async function startAll(fleet: WorkerFleet, signal: AbortSignal | undefined): Promise<string> {
  const aborted = new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  try {
    return await Promise.race([fleet.start(), aborted]);
  } catch (error) {
    await fleet.stop();
    throw error;
  }
}

async function stopAll(fleet: WorkerFleet): Promise<void> {
  if (!(await fleet.stop())) process.exitCode = 1;
}

async function pass(
  fleet: WorkerFleet,
  metrics: GatheredMetrics,
  worker: Worker,
  message: FromWorker,
): Promise<void> {
  if (message.keystamp === 'figures') metrics.receive(worker, message.id, message.figures);
  if (message.keystamp !== 'gather') return;
  const text = await metrics.gather(fleet).catch(() => null);
  send(worker, { keystamp: 'gathered', id: message.id, text });
}
