import { ArgumentError, KeystampError } from 'keystamp';
import { StartFailure } from '../config/start-failure.js';
import { Refusal } from '../rules/refusal.js';

/** The line that says why a command failed; null: nobody foresaw it, and the stack is of use. */
export function explainFailure(error: unknown): string | null {
  if (error instanceof StartFailure || error instanceof ArgumentError) return error.message;
  if (error instanceof KeystampError || error instanceof Refusal) return error.message;
  return null;
}
