import { ArgumentError, KeystampError } from 'keystamp';
import { StartFailure } from '../config/start-failure.js';
import { Refusal } from '../rules/refusal.js';

/** The line that says why a command failed; null: nobody foresaw it, and the stack is of use. */
export function explainFailure(error: unknown): string | null {
  if (error instanceof StartFailure || error instanceof ArgumentError) return error.message;
  if (error instanceof KeystampError && error.code === 'database_in_use') return inUse(error);
  if (error instanceof KeystampError || error instanceof Refusal) return error.message;
  return null;
}

/** A second server is refused; a command only where it cannot go through the first one. */
function inUse({ message }: KeystampError): string {
  return `${message}. It serves these keys already: open its page, or stop it first. Commands work beside it.`;
}
