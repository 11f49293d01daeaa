import { readConfig } from '../config.js';
import { openLog } from '../log.js';
import { type RunningServer, serve } from '../serve.js';
import { explainFailure } from '../start-failure.js';
import type { CliIo } from './cli-io.js';
import { onStopSignal } from './stop-signals.js';

/** The whole stop, the last write included, fits in this. */
const STOP_WITHIN_MS = 5_000;

/** `keystamp serve`: runs until a signal, and ends the process with 0, or with 1 and one line that says why. */
export async function runServe({ env, out }: Pick<CliIo, 'env' | 'out'>): Promise<void> {
  const read = readConfig(env);
  if (!read.ok) return fail(read.errors);
  const logger = openLog(read.config.logLevel);
  for (const warning of read.warnings) logger.warn(warning);
  const print = (line: string) => out(`${line}\n`);
  const waiting = new AbortController();
  let running: RunningServer | null = null;
  onStopSignal(
    () => {
      logger.info('stopping');
      waiting.abort();
      if (running === null) return;
      void endWith(running.stop());
    },
    (error) => logger.fatal({ err: error }, 'stopping after an error that nobody caught'),
  );
  const options = { config: read.config, logger, print, signal: waiting.signal };
  try {
    running = await serve(options);
  } catch (error) {
    if (waiting.signal.aborted) process.exit(0);
    const line = explainFailure(error);
    if (line === null) throw error;
    return fail([line]);
  }
  if (waiting.signal.aborted) await endWith(running.stop());
}

async function endWith(stopped: Promise<void>): Promise<void> {
  const tooLate = setTimeout(() => {
    process.stderr.write(`keystamp: did not stop within ${STOP_WITHIN_MS} ms\n`);
    process.exit(1);
  }, STOP_WITHIN_MS);
  await stopped;
  clearTimeout(tooLate);
  process.exit(process.exitCode ?? 0);
}

function fail(lines: readonly string[]): void {
  for (const line of lines) process.stderr.write(`keystamp: ${line}\n`);
  process.exitCode = 1;
}
