import { ArgumentError } from './errors.js';
import { checkLabel } from './key-format/api-key.js';
import type { KeystampOptions, Logger } from './keystamp.js';
import { guardLogger, silent } from './log.js';
import { checkBoolean, checkWholeNumber } from './model/arguments.js';
import { checkFields, type FieldsOf } from './model/known-fields.js';
import { MAX_DAYS } from './rules/index.js';

/** Every option with its default filled in, checked. */
export interface Settings {
  readonly label: string;
  readonly migrate: boolean;
  readonly precisionMs: number;
  readonly flushIntervalMs: number;
  readonly cacheSize: number;
  readonly outageGraceMs: number;
  readonly maxKeysPerUser: number;
  /** Null: no limit. */
  readonly maxExpiryDays: number | null;
  readonly logger: Logger;
  readonly now: (() => number) | undefined;
}

const NUMBERS = {
  precisionMs: { from: 200, to: 25_000, otherwise: 1_000 },
  flushIntervalMs: { from: 50, to: 10_000, otherwise: 500 },
  cacheSize: { from: 0, to: 10_000_000, otherwise: 100_000 },
  outageGraceMs: { from: 0, to: 86_400_000, otherwise: 60_000 },
  maxKeysPerUser: { from: 1, to: 10_000_000, otherwise: 1_000 },
} as const;

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
    label: checkLabel(options.label === undefined ? 'ks' : options.label),
    migrate: options.migrate === undefined ? true : checkBoolean(options.migrate, 'migrate'),
    precisionMs: numberOf(options, 'precisionMs'),
    flushIntervalMs: numberOf(options, 'flushIntervalMs'),
    cacheSize: numberOf(options, 'cacheSize'),
    outageGraceMs: numberOf(options, 'outageGraceMs'),
    maxKeysPerUser: numberOf(options, 'maxKeysPerUser'),
    maxExpiryDays:
      options.maxExpiryDays === undefined
        ? null
        : checkWholeNumber(options.maxExpiryDays, 'maxExpiryDays', 1, MAX_DAYS),
    logger: options.logger === undefined ? silent : checkLogger(options.logger),
    now: checkNow(options.now),
  };
}

function numberOf(options: KeystampOptions, name: keyof typeof NUMBERS): number {
  const { from, to, otherwise } = NUMBERS[name];
  return checkWholeNumber(options[name] === undefined ? otherwise : options[name], name, from, to);
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
