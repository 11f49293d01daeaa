import { KeystampError } from '../errors.js';
import { hashApiKey } from '../key-format/api-key.js';
import { isApiKeyShape } from '../key-format/api-key-shape.js';
import { secretAfterId } from '../key-format/secret-after-id.js';
import type { ValidateOptions } from '../keystamp.js';
import { keptOrigin } from '../refusals/request-origin.js';
import {
  decide,
  isUse,
  NO_SCOPES,
  type RefusalReason,
  type Validation,
} from '../validation/decide.js';
import { MAX_KEY_LENGTH } from '../validation/imported-formats.js';
import {
  adminScopesOf,
  faultOf,
  fromOf,
  isRecorded,
  isStranger,
  scopesOf,
} from '../validation/validator.js';
import { factsOf, type Memory } from './memory.js';

/** Validates keys in memory, by the rules of the library. A use is stored at once. */
export class MemoryValidator {
  readonly refusals: Partial<Record<RefusalReason, number>> = {};
  readonly #memory: Memory;
  isClosed = false;

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  async validate(apiKey: string, options?: ValidateOptions): Promise<Validation> {
    if (this.isClosed) throw new KeystampError('closed', 'The instance is closed.');
    const fault = options === undefined ? null : faultOf(options);
    if (fault !== null) throw fault;
    const validation = this.#judge(apiKey, options);
    if (!validation.valid) {
      const { reason } = validation;
      this.refusals[reason] = (this.refusals[reason] ?? 0) + 1;
    }
    return validation;
  }

  #judge(apiKey: string, options?: ValidateOptions): Validation {
    const secret = typeof apiKey === 'string' ? secretAfterId(apiKey) : null;
    if (secret === null) return this.#judgeText(apiKey, options);
    const validation = this.#judgeText(secret, options);
    if (validation.valid || !isStranger(validation.reason)) return validation;
    return this.#judgeText(apiKey, options);
  }

  #judgeText(apiKey: string, options?: ValidateOptions): Validation {
    if (typeof apiKey !== 'string' || !this.#hasShape(apiKey)) {
      return { valid: false, reason: 'malformed' };
    }
    const held = this.#memory.byHash.get(hashApiKey(apiKey));
    if (held === undefined) return { valid: false, reason: 'unknown' };
    const [key, user] = [this.#memory.read(held), this.#memory.userOf(held)];
    const now = this.#memory.now();
    const scopes = scopesOf(options) ?? NO_SCOPES;
    const reason = decide(factsOf(held, user), scopes, now.getTime(), adminScopesOf(options));
    if (isUse(reason) && isRecorded(options)) held.lastUsedAt = now;
    if (reason === null) return { valid: true, key, user };
    if (reason === 'malformed' || reason === 'unknown') throw new Error('A known key is neither.');
    if (reason !== 'insufficient_scope' && isRecorded(options)) {
      this.#memory.refuse(held, { reason, ...keptOrigin(fromOf(options)) });
    }
    return { valid: false, reason, key, user };
  }

  /** Texts of any shape may be keys while there are imported ones. */
  #hasShape(apiKey: string): boolean {
    if (isApiKeyShape(apiKey)) return true;
    const hasImported = [...this.#memory.keys.values()].some(({ isImported }) => isImported);
    return hasImported && apiKey.length > 0 && apiKey.length <= MAX_KEY_LENGTH;
  }
}
