import type { RouteOptions } from 'fastify';
import { type ProblemDocument, problem, problemDocument } from 'keystamp/http';
import { type TSchema, Type } from 'typebox';
import { type ProblemCode, problemType } from '../../contract/problem-codes.js';
import type { Access } from '../../http/access.js';
import { codeOfStatus } from '../../http/problem.js';
import { problemSchema } from './problem-schemas.js';

/** Statuses with which a route refuses a request, each with what it means there. */
type Refusals = Readonly<Record<number, string>>;

/** How a problem is sent: as `type`, in the form of the schema for its codes. */
export interface ProblemForm {
  readonly type: string;
  readonly schemaOf: (codes: readonly ProblemCode[]) => TSchema;
  /** What is sent for the problem. */
  readonly of: (document: ProblemDocument) => object;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the work of the route refuses, beside what follows from its access and its schemas. */
    refusals?: Refusals;
    /** The codes of a status, where others than every route with that access has. */
    codes?: Readonly<Record<number, readonly ProblemCode[]>>;
    /** The form of its 4XX problems. Default: RFC 9457. */
    problemForm?: ProblemForm;
    /** True: it answers before the database does. Every other route is 503 then. */
    needsNoDatabase?: boolean;
  }
}

const PLAIN: ProblemForm = {
  type: 'application/problem+json',
  schemaOf: problemSchema,
  of: (document) => document,
};

/** Every refusal that the route can answer a request with that the document describes. Sorted by status. */
function refusalsOf(route: Pick<RouteOptions, 'config' | 'schema'>): Refusals {
  const { access = 'public', needsNoDatabase = false, refusals = {} } = route.config ?? {};
  return {
    400: 'A field is wrong, and `errors` names it; or an API key stands in the URL, or twice in the request.',
    ...(access === 'public' ? {} : refusedCallers(access)),
    ...(route.schema?.body === undefined ? {} : REFUSED_BODIES),
    ...(needsNoDatabase ? {} : NOT_AVAILABLE),
    ...refusals,
  };
}

const NOBODY = {
  key: 'The request has no API key, or one that is not valid.',
  public_or_key: 'The key of the caller itself is not valid.',
  session: 'Nobody is signed in.',
  admin_session: 'Nobody is signed in.',
  session_or_key: 'The request has no API key, or one that is not valid, and nobody is signed in.',
};

function refusedCallers(access: Exclude<Access, 'public'>): Refusals {
  if (access === 'public_or_key') return { 401: NOBODY[access] };
  return {
    401: NOBODY[access],
    403:
      access === 'key'
        ? 'The key lacks a scope that the request needs.'
        : 'The caller may not do this, or the request by cookie comes from another origin.',
  };
}

const REFUSED_BODIES = {
  413: 'The body is too large.',
  415: 'The body has another media type.',
} satisfies Refusals;

const NOT_AVAILABLE = {
  503: 'The database does not answer, or the server has too much to do or stops. It is not a refusal of the key.',
} satisfies Refusals;

/** The refusals of a route as answers of the document. */
export function refusalAnswers(route: RouteOptions): Record<string, object> {
  const form = route.config?.problemForm ?? PLAIN;
  return Object.fromEntries(
    Object.entries(refusalsOf(route)).map(([status, description]) => [
      status,
      answerOf(Number(status), description, Number(status) < 500 ? form : PLAIN, route),
    ]),
  );
}

function answerOf(status: number, description: string, form: ProblemForm, route: RouteOptions) {
  const headers = headersOf(status, route);
  const codes = codesOf(status, route);
  const example = exampleOf(status, description, codes[0] as ProblemCode);
  return {
    description,
    ...(headers === null ? {} : { headers }),
    content: {
      [form.type]: { schema: form.schemaOf(codes), example: form.of(example) },
    },
  };
}

/** The kinds of problems with which a route answers `status`, the usual one first. */
function codesOf(status: number, { config = {}, url }: RouteOptions): readonly ProblemCode[] {
  const { codes = {}, access = 'public' } = config;
  if (codes[status] !== undefined) return codes[status];
  if (status === 400) return ['wrong_fields', 'malformed_request'];
  if (status === 401 && access !== 'public') return NOBODY_CODES[access];
  if (status === 403 && access !== 'public') return DENIED_CODES[access];
  const code = codeOfStatus(status);
  if (code === undefined) throw new Error(`${url}: no code for ${status}`);
  return [code];
}

const BY_KEY = ['no_api_key', 'api_key_not_valid'] as const;
const BY_SESSION = ['not_signed_in', ...BY_KEY] as const;
const NOBODY_CODES: Readonly<Record<Exclude<Access, 'public'>, readonly ProblemCode[]>> = {
  public_or_key: ['api_key_not_valid', 'no_api_key'],
  key: BY_KEY,
  session: BY_SESSION,
  admin_session: BY_SESSION,
  session_or_key: BY_KEY,
};

const DENIED = ['forbidden', 'foreign_origin'] as const;
const DENIED_CODES: Readonly<Record<Exclude<Access, 'public'>, readonly ProblemCode[]>> = {
  public_or_key: DENIED,
  key: ['insufficient_scope'],
  session: DENIED,
  admin_session: DENIED,
  session_or_key: ['insufficient_scope', ...DENIED],
};

const CHALLENGE = Type.String({
  description: 'RFC 6750: how to come with a key, and what is wrong with the one that came.',
});
const RETRY_AFTER = Type.Integer({
  minimum: 1,
  description: 'Seconds after which to try again.',
});

/** Null: none beside those of every answer. */
function headersOf(status: number, { config }: RouteOptions): Record<string, TSchema> | null {
  if (status === 429 || status === 503) return { 'Retry-After': RETRY_AFTER };
  const takesKeys = ['key', 'public_or_key', 'session_or_key'].includes(config?.access ?? 'public');
  if (takesKeys && (status === 401 || status === 403)) return { 'WWW-Authenticate': CHALLENGE };
  return null;
}

const WRONG_FIELD = {
  field: 'expires_at',
  message: 'expected a time in the future as in 2030-01-31T12:00:00Z',
};

const TAKEN = { field: 'email', message: 'taken by another user' };

function exampleOf(status: number, detail: string, code: ProblemCode): ProblemDocument {
  const type = problemType(code);
  const example =
    status === 400
      ? problem(400, `${WRONG_FIELD.field}: ${WRONG_FIELD.message}`, {
          type,
          errors: [WRONG_FIELD],
        })
      : problem(status, detail, code === 'address_taken' ? { type, errors: [TAKEN] } : { type });
  return problemDocument(example);
}
