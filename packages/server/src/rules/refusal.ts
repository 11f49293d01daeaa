import type { FieldError } from '../contract/problem.js';
import type { AccessOutcome } from './access-outcome.js';

/**
 * Why something was not done. HTTP makes a status of it (`http/problem.ts`), the command line an exit code
 * (`cli/run-cli.ts`).
 *
 * - `invalid`: a value is wrong; `fields` names each of them.
 * - `wrong_credentials`: the address or the password is wrong.
 * - `forbidden`: the caller may not do this.
 * - `not_found`: it does not exist, or the caller may not see it.
 * - `other_user`: the request is for another user than the one who is signed in.
 * - `address_taken`: another user has the address.
 * - `no_address`: the user has no address to sign in with.
 * - `last_admin`: without this user, no administrator would be active.
 * - `scope_not_allowed`: the user of the key may not have one of its scopes.
 * - `too_many_sign_ins`: too many failed; `retryAfterSeconds` says when to try again.
 * - `busy`: too many passwords wait to be checked.
 */
export type RefusalCode =
  | 'invalid'
  | 'wrong_credentials'
  | 'forbidden'
  | 'not_found'
  | 'other_user'
  | 'address_taken'
  | 'no_address'
  | 'last_admin'
  | 'scope_not_allowed'
  | 'too_many_sign_ins'
  | 'busy';

export interface RefusalDetails {
  /** By their names on the wire. */
  readonly fields?: readonly FieldError[];
  readonly retryAfterSeconds?: number;
}

/** What a refusal counts as in the audit. */
export interface Counted {
  readonly outcome: AccessOutcome;
  /** The id of the user concerned; null: not known. */
  readonly user: string | null;
}

/** A reason not to do something, with a stable code. It knows neither HTTP nor the command line. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;
  readonly fields: readonly FieldError[];
  /** Null: it depends on no time. */
  readonly retryAfterSeconds: number | null;
  /** Null: nothing. */
  counted: Counted | null = null;

  constructor(code: RefusalCode, message: string, details: RefusalDetails = {}) {
    super(message);
    this.code = code;
    this.fields = details.fields ?? [];
    this.retryAfterSeconds = details.retryAfterSeconds ?? null;
  }

  /** The same refusal, counted in the audit. */
  countedAs(outcome: AccessOutcome, user: string | null = null): this {
    this.counted = { outcome, user };
    return this;
  }
}

/** A refusal for wrong fields, each with what was expected. */
export function refusedFields(
  fields: readonly FieldError[],
  code: RefusalCode = 'invalid',
): Refusal {
  return new Refusal(code, detailOf(fields), { fields });
}

/** A refusal for one field, by its name on the wire. `message` says what was expected. */
export function wrongField(field: string, message: string, code?: RefusalCode): Refusal {
  return refusedFields([{ field, message }], code);
}

/** `name: expected a text; email: missing`, in one line. */
export function detailOf(fields: readonly FieldError[]): string {
  return fields.map(({ field, message }) => `${field}: ${message}`).join('; ');
}
