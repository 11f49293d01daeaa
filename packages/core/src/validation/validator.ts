import type { DatabaseClock } from '../clock/database-clock.js';
import { isTraced } from '../diagnostics/traces.js';
import { ArgumentError, isOverload, KeystampError } from '../errors.js';
import type { ChangeListener } from '../invalidation/change-listener.js';
import { hashApiKey, type KeyHash } from '../key-format/api-key.js';
import { isApiKeyShape } from '../key-format/api-key-shape.js';
import { secretAfterId } from '../key-format/secret-after-id.js';
import type { RequestOrigin, ValidateOptions } from '../keystamp.js';
import type { PendingUses } from '../last-used/pending-uses.js';
import { validateRequestedScopes } from '../model/arguments.js';
import { type FieldsOf, validateFields } from '../model/known-fields.js';
import type { RefusedKeys } from '../refusals/refused-keys.js';
import type { CircuitBreaker } from './circuit-breaker.js';
import { decide, isUse, NO_SCOPES, type RefusalReason, type Validation } from './decide.js';
import type { ImportedFormats } from './imported-formats.js';
import type { KeyLoader } from './key-loader.js';
import { traceValidation, VALIDATE } from './trace-validation.js';
import type { CachedKey, Moment, ValidationCache } from './validation-cache.js';

export interface ValidatorParts {
  readonly clock: DatabaseClock;
  readonly keys: ValidationCache;
  readonly importedFormats: ImportedFormats;
  readonly loader: KeyLoader;
  readonly listener: ChangeListener;
  readonly breaker: CircuitBreaker;
  readonly pending: PendingUses;
  readonly refusedKeys: RefusedKeys;
  readonly cacheSize: number;
  readonly outageGraceMs: number;
}

const MALFORMED: Promise<Validation> = Promise.resolve(
  Object.freeze({ valid: false, reason: 'malformed' }),
);
const UNKNOWN: Validation = Object.freeze({ valid: false, reason: 'unknown' });
const DIGIT_NINE = 57;
const OPTIONS: FieldsOf<ValidateOptions> = {
  scopes: true,
  adminScopes: true,
  recordUse: true,
  from: true,
};

export function isStranger(reason: RefusalReason): boolean {
  return reason === 'unknown' || reason === 'malformed';
}

/** What is wrong with options; null: nothing. */
export function faultOf(options: ValidateOptions): ArgumentError | null {
  const wrong = validateFields(options, OPTIONS, 'options');
  if (wrong !== null) return wrong;
  const scopes = scopesOf(options);
  const recordUse = Object.hasOwn(options, 'recordUse') ? options.recordUse : undefined;
  if (recordUse !== undefined && typeof recordUse !== 'boolean') {
    return new ArgumentError('recordUse', 'true or false');
  }
  const from = fromOf(options);
  if (from !== undefined && (typeof from !== 'object' || from === null)) {
    return new ArgumentError('from', 'an object with route and address');
  }
  const adminScopes = adminScopesOf(options);
  return (
    (scopes === undefined ? null : validateRequestedScopes(scopes)) ??
    (adminScopes === undefined ? null : validateRequestedScopes(adminScopes, 'adminScopes'))
  );
}

/** Of the options themselves: what some code adds to `Object.prototype` is nobody's option. */
export function scopesOf(options: ValidateOptions | undefined): readonly string[] | undefined {
  return options !== undefined && Object.hasOwn(options, 'scopes') ? options.scopes : undefined;
}

export function adminScopesOf(options: ValidateOptions | undefined): readonly string[] | undefined {
  return options !== undefined && Object.hasOwn(options, 'adminScopes')
    ? options.adminScopes
    : undefined;
}

export function fromOf(options: ValidateOptions | undefined): RequestOrigin | undefined {
  return options !== undefined && Object.hasOwn(options, 'from') ? options.from : undefined;
}

export function isRecorded(options: ValidateOptions | undefined): boolean {
  return (
    options === undefined || !Object.hasOwn(options, 'recordUse') || options.recordUse !== false
  );
}

/** Answers "may this key act now?": from memory where that can be trusted, else from the database. */
export class Validator {
  readonly #parts: ValidatorParts;
  readonly counts = { cacheHits: 0, cacheMisses: 0, refusals: {} as Record<RefusalReason, number> };
  #closed = false;

  constructor(parts: ValidatorParts) {
    this.#parts = parts;
  }

  /** Not an async function: for a known key it hands out a promise that is resolved already, and allocates nothing. */
  validate(apiKey: string, options?: ValidateOptions): Promise<Validation> {
    if (!isTraced(VALIDATE)) return this.#validate(apiKey, options);
    return traceValidation(
      () => this.#validate(apiKey, options),
      () => this.counts.cacheHits,
    );
  }

  #validate(apiKey: string, options?: ValidateOptions): Promise<Validation> {
    // A key of ours begins with a letter.
    if (typeof apiKey === 'string' && apiKey.charCodeAt(0) <= DIGIT_NINE) {
      const secret = secretAfterId(apiKey);
      if (secret !== null) return this.#validateEither(secret, apiKey, options);
    }
    return this.#validateText(apiKey, options);
  }

  /**
   * What is in the database is the hash of the secret alone, or of the whole text. The first is looked up first: its keys are
   * then answered from memory as any other.
   */
  async #validateEither(
    secret: string,
    whole: string,
    options?: ValidateOptions,
  ): Promise<Validation> {
    const validation = await this.#validateText(secret, options);
    if (validation.valid || !isStranger(validation.reason)) return validation;
    // One request is refused once.
    this.counts.refusals[validation.reason] -= 1;
    return this.#validateText(whole, options);
  }

  #validateText(apiKey: string, options?: ValidateOptions): Promise<Validation> {
    if (this.#closed) return Promise.reject(new KeystampError('closed', 'The instance is closed.'));
    const wrong = options === undefined ? null : faultOf(options);
    if (wrong !== null) return Promise.reject(wrong);
    if (typeof apiKey !== 'string' || !this.#hasShape(apiKey)) return this.#rejectShape();
    const { cacheSize, clock, listener, keys } = this.#parts;
    const keyHash = hashApiKey(apiKey);
    const hostNow = clock.hostNow();
    const known = keys.get(keyHash);
    if (known !== undefined && cacheSize > 0 && listener.isLive(hostNow) && keys.isFresh(known)) {
      const now = clock.at(hostNow);
      const reason = this.#decide(known, now, options);
      // One that has expired meanwhile is looked up as an unknown one is: both take the same time (K2).
      if (isUse(reason)) {
        this.counts.cacheHits++;
        return this.#give(known, reason, now, options);
      }
    }
    return this.#ask(keyHash, options);
  }

  #hasShape(apiKey: string): boolean {
    return isApiKeyShape(apiKey) || this.#parts.importedFormats.mayMatch(apiKey);
  }

  close(): void {
    this.#closed = true;
  }

  /** Whether validations are answered: the database is available, or its outage is within the grace. */
  get isReady(): boolean {
    const { breaker, clock } = this.#parts;
    return !this.#closed && (!breaker.isOpen || this.#isWithinGrace(clock.hostNow()));
  }

  async #ask(keyHash: KeyHash, options?: ValidateOptions): Promise<Validation> {
    this.counts.cacheMisses++;
    const { clock, listener, keys, loader, breaker } = this.#parts;
    const isListening = listener.isLive(clock.hostNow());
    const refusal = isListening ? this.#refusalInMemory(keyHash, options) : null;
    if (refusal !== null) return refusal;
    if (breaker.isOpen) return this.#answerInOutage(keyHash, null, options);
    let loaded: Awaited<ReturnType<KeyLoader['load']>>;
    try {
      loaded = await loader.load(keyHash, isListening);
    } catch (error) {
      // Load is no outage: no key that changes may have passed by is believed for it.
      if (isOverload(error) && !breaker.isOpen) throw error;
      if (!isOverload(error)) breaker.trip(error as Error);
      return this.#answerInOutage(keyHash, error, options);
    }
    const { found, ...readPoint } = loaded;
    const now = this.#now();
    if (found !== null) {
      return this.#answer(keys.remember(found, readPoint, now), now.databaseMs, options);
    }
    keys.rememberUnknown(keyHash, readPoint, now);
    return this.#rejectUnknown();
  }

  #now(): Moment {
    const hostMs = this.#parts.clock.hostNow();
    return { hostMs, databaseMs: this.#parts.clock.at(hostMs) };
  }

  /** Null: the database must be read. */
  #refusalInMemory(
    keyHash: KeyHash,
    options?: ValidateOptions,
  ): Promise<Validation> | Validation | null {
    const { hostMs, databaseMs } = this.#now();
    const known = this.#parts.keys.refused(keyHash, hostMs);
    if (known === undefined) return null;
    if (known === null) return this.#rejectUnknown();
    const reason = this.#decide(known, databaseMs, options);
    return isUse(reason) ? null : this.#give(known, reason, databaseMs, options);
  }

  #decide(known: CachedKey, now: number, options?: ValidateOptions): RefusalReason | null {
    return decide(known, scopesOf(options) ?? NO_SCOPES, now, adminScopesOf(options));
  }

  #answer(known: CachedKey, now: number, options?: ValidateOptions): Promise<Validation> {
    return this.#give(known, this.#decide(known, now, options), now, options);
  }

  #give(
    known: CachedKey,
    reason: RefusalReason | null,
    now: number,
    options?: ValidateOptions,
  ): Promise<Validation> {
    if (isUse(reason) && isRecorded(options)) this.#parts.pending.record(known.stamp, now);
    return reason === null ? known.accepted : this.#refuse(known, reason, now, options);
  }

  /** The one exception: while the database is unavailable, cached keys are trusted for the grace. */
  #answerInOutage(
    keyHash: KeyHash,
    cause: unknown,
    options?: ValidateOptions,
  ): Promise<Validation> {
    const { clock, keys } = this.#parts;
    const known = keys.lastKnown(keyHash);
    if (known !== undefined && keys.isFresh(known) && this.#isWithinGrace(clock.hostNow())) {
      return this.#answer(known, clock.now(), options);
    }
    const message = 'The database is unavailable, and this key is not in memory.';
    return Promise.reject(new KeystampError('database_unavailable', message, { cause }));
  }

  #isWithinGrace(hostNow: number): boolean {
    return hostNow < this.#parts.listener.lastHeartbeatAt + this.#parts.outageGraceMs;
  }

  #refuse(
    known: CachedKey,
    reason: RefusalReason,
    now: number,
    options?: ValidateOptions,
  ): Promise<Validation> {
    if (reason === 'malformed' || reason === 'unknown') throw new Error('A known key is neither.');
    this.#count(reason);
    const status = reason === 'insufficient_scope' ? 'active' : reason;
    if (status !== 'active' && isRecorded(options)) {
      this.#parts.refusedKeys.record(known.key, status, fromOf(options), now);
    }
    return Promise.resolve({
      valid: false,
      reason,
      key: { ...known.key, status },
      user: known.user,
    });
  }

  #rejectShape(): Promise<Validation> {
    this.#count('malformed');
    return MALFORMED;
  }

  #rejectUnknown(): Validation {
    this.#count('unknown');
    return UNKNOWN;
  }

  #count(reason: RefusalReason): void {
    this.counts.refusals[reason] = (this.counts.refusals[reason] ?? 0) + 1;
  }
}
