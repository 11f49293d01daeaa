import { API_KEY_PATTERN } from 'keystamp/shape';
import { type Logger, pino } from 'pino';
import { LogOutput, standardErrorSink } from './log-output.js';
import { plainLine } from './plain-line.js';

const SECRET_HEADERS = [
  'authorization',
  'x-api-key',
  'cookie',
  'set-cookie',
  'proxy-authorization',
];
/** The pattern of a key, anywhere in a text. */
const KEYS_IN_TEXT = new RegExp(API_KEY_PATTERN.source.replace(/^\^|\$$/g, ''), 'g');

export interface LogTarget {
  write(line: string): void;
}

/** The log of a server, and how well it is written. */
export interface ServerLog {
  readonly logger: Logger;
  /** Lines that could not be written since the start. */
  droppedLines(): number;
  /** Resolves when every line is written, or after `withinMs`. */
  drain(withinMs: number): Promise<void>;
}

/**
 * The server's log on standard error, where it never mixes with what a command prints. It never fails (G7). `worker`: what
 * every line says of the process that writes it; null: nothing. `isText`: a person reads it, in sentences.
 */
export function openServerLog(
  level: string,
  worker: { worker: number } | null = null,
  isText = false,
): ServerLog {
  const output = new LogOutput(standardErrorSink());
  const logger = openLog(level, isText ? plain(output) : output, worker);
  output.onRecovery = (dropped, code) =>
    logger.warn({ dropped, code }, 'The log can be written again. Some lines were dropped.');
  return {
    logger,
    droppedLines: () => output.dropped,
    drain: (withinMs) => output.drain(withinMs),
  };
}

function plain(output: LogOutput): LogTarget {
  return { write: (line) => output.write(plainLine(line)) };
}

/**
 * A log of JSON lines. Whatever looks like a key is blotted out of every line (K1), the last net below the rule that
 * none is logged.
 */
export function openLog(
  level: string,
  target: LogTarget = new LogOutput(standardErrorSink()),
  base: Record<string, unknown> | null = null,
) {
  return pino(
    {
      level,
      base,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRET_HEADERS.map((name) => `*.headers["${name}"]`), censor: '[secret]' },
      serializers: { err: reportError },
      hooks: { streamWrite: (line) => line.replace(KEYS_IN_TEXT, '[key]') },
    },
    target,
  ) as Logger;
}

interface ToldError {
  type: string;
  message: string;
  code?: string;
  stack?: string | undefined;
  cause?: ToldError;
}

/** Of an error only what is ours to tell: the driver's `detail` and `where` quote rows, hashes among them. */
function reportError(error: unknown): ToldError {
  if (!(error instanceof Error)) return { type: typeof error, message: 'not an Error' };
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    message: error.message,
    ...(typeof code === 'string' ? { code } : {}),
    stack: error.stack,
    ...(error.cause instanceof Error ? { cause: reportError(error.cause) } : {}),
  };
}
