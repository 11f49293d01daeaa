import { ArgumentError } from './errors.js';
import { checkLabel } from './key-format/api-key.js';
import type { KeystampOptions, Logger } from './keystamp.js';
import { guardLogger, silent } from './log.js';
import { checkBoolean, checkWholeNumber } from './model/arguments.js';
import { checkFields, type FieldsOf } from './model/known-fields.js';
import { DEFAULT_LABEL, MAX_DAYS, OPTION_RANGES } from './rules/index.js';

/** Every option with its default filled in, checked. */
export interface Settings {
  readonly label: string;
  readonly migrate: boolean;
  readonly precisionMs: number;
  readonly flushIntervalMs: number;
  readonly cacheSize: number;
  readonly outageGraceMs: number;
  readonly maxKeysPerUser: number;
  readonly historyDays: number;
  /** Null: no limit. */
  readonly maxExpiryDays: number | null;
  readonly logger: Logger;
  readonly now: (() => number) | undefined;
}

const OPTIONS: FieldsOf<KeystampOptions> = {
  database: true,
  dataDir: true,
  listenDatabase: true,
  migrate: true,
  label: true,
  precisionMs: true,
  flushIntervalMs: true,
  cacheSize: true,
  outageGraceMs: true,
  maxKeysPerUser: true,
  historyDays: true,
  maxExpiryDays: true,
  logger: true,
  now: true,
};

/** The options themselves, none of which is unknown. */
export function ownOptions(options: KeystampOptions): KeystampOptions {
  return checkFields(options, OPTIONS, 'options');
}

/** Throws an ArgumentError that names the first wrong option. */
export function checkOptions(options: KeystampOptions): Settings {
  return {
    label: checkLabel(options.label === undefined ? DEFAULT_LABEL : options.label),
    migrate: options.migrate === undefined ? true : checkBoolean(options.migrate, 'migrate'),
    precisionMs: numberOf(options, 'precisionMs'),
    flushIntervalMs: numberOf(options, 'flushIntervalMs'),
    cacheSize: numberOf(options, 'cacheSize'),
    outageGraceMs: numberOf(options, 'outageGraceMs'),
    maxKeysPerUser: numberOf(options, 'maxKeysPerUser'),
    historyDays: numberOf(options, 'historyDays'),
    maxExpiryDays:
      options.maxExpiryDays === undefined
        ? null
        : checkWholeNumber(options.maxExpiryDays, 'maxExpiryDays', 1, MAX_DAYS),
    logger: options.logger === undefined ? silent : checkLogger(options.logger),
    now: checkNow(options.now),
  };
}

function numberOf(options: KeystampOptions, name: keyof typeof OPTION_RANGES): number {
  const range = OPTION_RANGES[name];
  const value = options[name] === undefined ? range.default : options[name];
  return checkWholeNumber(value, name, range.from, range.to);
}

/** A logger that cannot fail. Throws for what is not a logger, `null` too. */
export function checkLogger(logger: Logger): Logger {
  const isLogger = (['debug', 'info', 'warn', 'error'] as const).every(
    (level) => typeof logger?.[level] === 'function',
  );
  if (isLogger) return guardLogger(logger);
  throw new ArgumentError('logger', "an object with pino's methods debug, info, warn and error");
}

function checkNow(now: unknown): (() => number) | undefined {
  if (now === undefined) return now;
  if (typeof now === 'function' && Number.isFinite(now())) return now as () => number;
  throw new ArgumentError('now', 'a function that returns epoch milliseconds');
}
