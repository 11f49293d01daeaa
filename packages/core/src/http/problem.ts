import { STATUS_CODES } from 'node:http';

/** One wrong field of a request, by its name on the wire. */
export interface ProblemField {
  readonly field: string;
  /** What was expected. */
  readonly message: string;
}

/** An answer other than success. */
export interface Problem {
  readonly status: number;
  /** For the caller's eyes. */
  readonly detail: string;
  /** A URI that names the kind; `about:blank`: the status says it all. */
  readonly type: string;
  /** Null: none of the fields is to blame. */
  readonly errors: readonly ProblemField[] | null;
  /** Beside those that every problem has, in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** RFC 9457, as it is sent in `application/problem+json`. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** There with bad input only. */
  readonly errors?: readonly ProblemField[];
}

/** What of a problem most do without. */
export type ProblemExtra = {
  readonly [Field in Exclude<keyof Problem, 'status' | 'detail'>]?: Problem[Field] | undefined;
};

export function problem(
  status: number,
  detail: string,
  { type = 'about:blank', errors = null, headers = {} }: ProblemExtra = {},
): Problem {
  return { status, detail, type, errors, headers };
}

export function problemDocument({ status, detail, type, errors }: Problem): ProblemDocument {
  const document = { type, title: STATUS_CODES[status] ?? 'Error', status, detail };
  return errors === null ? document : { ...document, errors };
}

/** All headers of the answer: no cache on the way keeps it. */
export function problemHeaders({ headers }: Problem): Record<string, string> {
  return {
    ...headers,
    'cache-control': 'no-store',
    'content-type': 'application/problem+json',
  };
}
