import { asUnavailable } from '../database/outage.js';
import { KeystampError } from '../errors.js';

/** Wraps the public functions: after `close()` they fail with `closed`, and every failure has a stable code. */
export class ApiGuard {
  #isClosed = false;

  get isClosed(): boolean {
    return this.#isClosed;
  }

  close(): void {
    this.#isClosed = true;
  }

  /** The function as callers get it. */
  wrap<Arguments extends unknown[], Answer>(
    ask: (...given: Arguments) => Promise<Answer>,
  ): (...given: Arguments) => Promise<Answer> {
    return async (...given) => {
      this.requireOpen();
      try {
        return await ask(...given);
      } catch (error) {
        throw this.#failureOf(error);
      }
    };
  }

  requireOpen(): void {
    if (this.#isClosed) throw new KeystampError('closed', 'The instance is closed.');
  }

  #failureOf(error: unknown): unknown {
    const failure = asUnavailable(error);
    if (failure === error) return error;
    if (this.#isClosed) {
      const message = 'The instance was closed before the database had answered.';
      return new KeystampError('closed', message, { cause: error });
    }
    return failure;
  }
}
