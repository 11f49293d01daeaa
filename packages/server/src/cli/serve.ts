import type { Registry } from 'prom-client';
import { readConfig } from '../config/config.js';
import { openServerLog, type ServerLog } from '../log/log.js';
import { explainFailure } from '../start/explain-failure.js';
import { type RunningServer, serve } from '../start/serve.js';
import { type PrimaryOptions, serveWithWorkers } from '../workers/serve-with-workers.js';
import { openWorkerLink, type WorkerLink } from '../workers/worker-link.js';
import type { CliIo } from './cli-io.js';
import { OutputFailure } from './standard-output.js';
import { onStopSignal } from './stop-signals.js';

/** The whole stop, the last write included, fits in this. */
const STOP_WITHIN_MS = 5_000;
/** A reader of the log that does not read is not waited for. */
const WRITE_LOG_WITHIN_MS = 500;

/** `keystamp serve`: runs until a signal, and ends the process with 0, or with 1 and one line that says why. */
export async function runServe({
  env,
  out,
  written,
  errIsTerminal,
}: Pick<CliIo, 'env' | 'out' | 'written' | 'errIsTerminal'>): Promise<void> {
  const read = readConfig(env);
  if (!read.ok) return fail(read.errors);
  const link = openWorkerLink(read.config);
  const { logFormat, logLevel } = read.config;
  const isAtTerminal = errIsTerminal && logFormat !== 'json';
  // At a terminal the start speaks in sentences; the rest shows with a KEYSTAMP_LOG_LEVEL.
  const level = isAtTerminal && !env['KEYSTAMP_LOG_LEVEL'] ? 'warn' : logLevel;
  const isText = isAtTerminal || logFormat === 'text';
  const log = openServerLog(level, link && { worker: link.id }, isText);
  const { logger, droppedLines } = log;
  for (const warning of link === null ? read.warnings : []) logger.warn(warning);
  const print = (line: string) => out(`${line}\n`);
  const waiting = new AbortController();
  let running: RunningServer | null = null;
  let isStopping = false;
  const stop = () => {
    if (isStopping) return;
    isStopping = true;
    logger.info('stopping');
    waiting.abort();
    if (running !== null) void endWith(running.stop(), log);
  };
  stopOnSignals(stop, link, log);
  const onHopeless = (line: string) => {
    fail([line]);
    stop();
  };
  const options = { config: read.config, logger, droppedLines, print, signal: waiting.signal };
  try {
    running = await start({ ...options, onHopeless }, link);
  } catch (error) {
    if (waiting.signal.aborted) process.exit(process.exitCode ?? 0);
    const line = explainFailure(error);
    if (link !== null) return endWorker(error, line, link, log);
    if (line === null) throw error;
    return fail([line]);
  }
  if (waiting.signal.aborted) await endWith(running.stop(), log);
  await written().catch((error: unknown) => reportLostOutput(error, log));
}

/** By a signal, by an error that nobody caught, or by the primary process. */
function stopOnSignals(stop: () => void, link: WorkerLink | null, { logger }: ServerLog): void {
  onStopSignal(stop, (error) =>
    logger.fatal({ err: error }, 'stopping after an error that nobody caught'),
  );
  link?.onStop((reason) => {
    if (reason === 'orphaned') logger.warn('the primary process is gone');
    stop();
  });
}

/** Serves in this process, or in workers of it; `link`: this is one of these. */
async function start(options: PrimaryOptions, link: WorkerLink | null): Promise<RunningServer> {
  const { config } = options;
  if (link === null) return config.workers > 1 ? serveWithWorkers(options) : serve(options);
  const worker = { shareMetrics: (registry: Registry) => link.shareMetrics(registry) };
  const running = await serve({
    ...options,
    // Done by the primary process.
    config: { ...config, migrate: false, firstAdmin: null },
    print: () => {},
    worker,
  });
  link.ready(running.url);
  return running;
}

/** The primary process says why, and decides what follows. */
async function endWorker(error: unknown, line: string | null, link: WorkerLink, log: ServerLog) {
  if (line === null) log.logger.fatal({ err: error }, 'the start failed');
  await link.failed(line ?? 'an error that nobody foresaw; the log has it');
  await log.drain(WRITE_LOG_WITHIN_MS);
  process.exit(1);
}

/** Standard output has lines for people alone: without it the server runs as well. */
function reportLostOutput(error: unknown, { logger }: ServerLog): void {
  if (!(error instanceof OutputFailure)) throw error;
  const remedy = 'To see a set-up link, start again with a standard output that can be written';
  logger.warn({ code: error.code }, `${error.message}. ${remedy}.`);
}

async function endWith(stopped: Promise<void>, log: ServerLog): Promise<void> {
  const tooLate = setTimeout(() => {
    process.stderr.write(`keystamp: did not stop within ${STOP_WITHIN_MS} ms\n`);
    process.exit(1);
  }, STOP_WITHIN_MS);
  await stopped;
  clearTimeout(tooLate);
  await log.drain(WRITE_LOG_WITHIN_MS);
  process.exit(process.exitCode ?? 0);
}

function fail(lines: readonly string[]): void {
  for (const line of lines) process.stderr.write(`keystamp: ${line}\n`);
  process.exitCode = 1;
}
