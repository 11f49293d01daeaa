import type { FieldError, Problem } from '@keystamp/server/contract';
import { OTHER_USER_PROBLEM } from '@keystamp/server/contract/for-user';

/** Why a call failed: the server refused it, or no answer came at all. */
export type ApiFailure = ApiRefusal | NoAnswer;

/** The server answered with a problem document, or with an error that is none. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal';
  readonly status: number;
  /** What kind of problem it is, where the server names one. */
  readonly type: string | null;
  readonly fieldErrors: readonly FieldError[];
  /** The session had ended: the request was not looked at. */
  readonly isSessionEnd: boolean;
  /** Seconds, where the server says how long to wait. */
  readonly retryAfterS: number | null;

  constructor(
    status: number,
    problem: Partial<Problem>,
    retryAfterS: number | null,
    isSessionEnd = false,
  ) {
    super(problem.detail ?? problem.title ?? `The server answered with status ${status}.`);
    this.status = status;
    this.type = problem.type ?? null;
    this.fieldErrors = problem.errors ?? [];
    this.retryAfterS = retryAfterS;
    this.isSessionEnd = isSessionEnd;
  }
}

/** The network or the server is away, or what came is not an answer of Keystamp. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  readonly status = null;

  constructor(cause: unknown) {
    super('The server cannot be reached.', { cause });
  }
}

/** True where the session was refused, and the request itself was not looked at. */
export function isSessionRefused(error: unknown): boolean {
  return isOtherUser(error) || (error instanceof ApiRefusal && error.status === 401);
}

export function asFailure(error: unknown): ApiFailure {
  return error instanceof ApiRefusal || error instanceof NoAnswer ? error : new NoAnswer(error);
}

/** True where the session is another user's: a person in another tab of this browser has signed in. */
export function isOtherUser(error: unknown): boolean {
  return error instanceof ApiRefusal && error.type === OTHER_USER_PROBLEM;
}

/** True where the same request may well succeed in a moment: no answer, or an outage of the database. */
export function isOutage(failure: ApiFailure): boolean {
  return (
    failure.status === null ||
    failure.status === 502 ||
    failure.status === 503 ||
    failure.status === 504
  );
}
