import { API_KEY_PATTERN } from 'keystamp/shape';
import { destination, type Logger, pino } from 'pino';

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

/**
 * The server's log: JSON lines on standard error, where it never mixes with what a command prints.
 * Whatever looks like a key is blotted out of every line (K1), the last net below the rule that none is logged.
 */
export function openLog(level: string, target: LogTarget = destination({ dest: 2, sync: true })) {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRET_HEADERS.map((name) => `*.headers["${name}"]`), censor: '[secret]' },
      serializers: { err: tellError },
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
function tellError(error: unknown): ToldError {
  if (!(error instanceof Error)) return { type: typeof error, message: 'not an Error' };
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    message: error.message,
    ...(typeof code === 'string' ? { code } : {}),
    stack: error.stack,
    ...(error.cause instanceof Error ? { cause: tellError(error.cause) } : {}),
  };
}
