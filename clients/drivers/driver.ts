/** Where a client finds the server, and as whom it signs in. */
export interface Site {
  readonly origin: string;
  readonly email: string;
  readonly password: string;
}

/** A problem document as a generated client reads it. */
export interface Refusal {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly fields: readonly string[];
}

/** What came of signing in, making a key, listing by it, revoking by it, and asking once more. */
export interface Outcome {
  readonly id: string;
  readonly listed: readonly string[];
  readonly revoked: string;
  /** The list with a limit of 0. */
  readonly wrongField: Refusal;
  /** The list by the revoked key. */
  readonly refused: Refusal;
}

export type Driver = (site: Site) => Promise<Outcome>;

interface Problem {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly errors?: readonly { readonly field: string }[] | undefined;
}

export function refusalOf({ status, title, detail, errors = [] }: Problem): Refusal {
  return { status, title, detail, fields: errors.map(({ field }) => field) };
}

/** The cookie that a sign-in has set, as a browser sends it back, and our own origin. */
export function asBrowser(headers: Headers, origin: string): { cookie: string; origin: string } {
  const cookie = headers.getSetCookie()[0]?.split(';', 1)[0];
  if (cookie === undefined) throw new Error('the sign-in has set no cookie');
  return { cookie, origin };
}

export function unexpected(what: string, answer: unknown): Error {
  return new Error(`${what}: ${JSON.stringify(answer)}`);
}
