import { type TracingChannel, tracingChannel } from 'node:diagnostics_channel';
import { traced } from '../diagnostics/traces.js';
import type { RefusalReason, Validation } from './decide.js';

/**
 * One validation, as the tracing channel `keystamp:validate` of `node:diagnostics_channel` hands it to its subscribers. The same
 * object goes to each event of the validation; what is not known yet is null. It never holds a key, a hash or a name.
 * @example
 * tracingChannel('keystamp:validate').subscribe({
 *   asyncEnd(message) {
 *     const { outcome, keyId } = message as ValidateTrace;
 *     console.log(outcome, keyId);
 *   },
 * });
 */
export interface ValidateTrace {
  /** `valid`, or why the key was refused. Null: no answer yet, or `errorCode` says why there is none. */
  outcome: 'valid' | RefusalReason | null;
  /** The id of a key that is known, whatever the outcome. Null: the key is malformed or unknown. */
  keyId: string | null;
  /** The user of that key. */
  userId: string | null;
  /** True: a known key, answered from memory, without a query. */
  isCacheHit: boolean;
  /** The code of the failure, such as `database_unavailable`; null: it did not fail. */
  errorCode: string | null;
}

export const VALIDATE: TracingChannel = tracingChannel('keystamp:validate');

/** A validation with its events. `countHits`: how many were answered from memory so far. */
export function traceValidation(
  validate: () => Promise<Validation>,
  countHits: () => number,
): Promise<Validation> {
  const trace: ValidateTrace = {
    outcome: null,
    keyId: null,
    userId: null,
    isCacheHit: false,
    errorCode: null,
  };
  const work = () => {
    const hits = countHits();
    const validation = validate();
    trace.isCacheHit = countHits() > hits;
    return validation;
  };
  return traced(VALIDATE, trace, work, noteOutcome);
}

function noteOutcome(trace: ValidateTrace, validation: Validation): void {
  trace.outcome = validation.valid ? 'valid' : validation.reason;
  if (!('key' in validation)) return;
  trace.keyId = validation.key.id;
  trace.userId = validation.user.id;
}
