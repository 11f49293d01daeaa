import type { Logger } from './keystamp.js';

const MINUTE_MS = 60_000;

/** The logger of those who gave none. */
export const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** The same logger, whose failures break nothing (G7): what it throws, or a promise of it that is rejected, is dropped. */
export function guardLogger(logger: Logger): Logger {
  const guarded = (level: keyof Logger) => (fields: object, message: string) => {
    try {
      const returned: unknown = logger[level](fields, message);
      if (returned instanceof Promise) returned.catch(() => {});
    } catch {
      // There is nowhere left to report it.
    }
  };
  return {
    debug: guarded('debug'),
    info: guarded('info'),
    warn: guarded('warn'),
    error: guarded('error'),
  };
}

/** A warning of which one a minute is written for each message, with the number of those in between. */
export function onceAMinute(logger: Logger): (fields: object, message: string) => void {
  const last = new Map<string, { at: number; suppressed: number }>();
  return (fields, message) => {
    const now = performance.now();
    const entry = last.get(message);
    if (entry !== undefined && now - entry.at < MINUTE_MS) {
      entry.suppressed++;
      return;
    }
    last.set(message, { at: now, suppressed: 0 });
    logger.warn({ ...fields, suppressed: entry?.suppressed ?? 0 }, message);
  };
}
