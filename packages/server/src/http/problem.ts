import { STATUS_CODES } from 'node:http';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { ArgumentError, KeystampError, type KeystampErrorCode } from 'keystamp';
import * as http from 'keystamp/http';
import { PROBLEM_STATUSES, type ProblemCode, problemType } from '../contract/problem-codes.js';
import type { AccessOutcome } from '../rules/access-outcome.js';
import { type Counted, detailOf, Refusal, type RefusalCode, wrongField } from '../rules/refusal.js';
import { snakeCase } from '../rules/snake-case.js';
import { fieldErrorsOf } from './field-errors.js';

/** RFC 9457: the status says it all. */
const UNNAMED = 'about:blank';

/** An answer other than success, thrown where the reason is found. The client reads `detail`. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly status: number;
  readonly extra: http.ProblemExtra;
  /** What it counts as in the audit; null: nothing. */
  counted: Counted | null = null;

  constructor(status: number, detail: string, extra: http.ProblemExtra = {}, cause?: unknown) {
    // It is an answer: nobody reads its stack, which costs more than all the rest of a refusal.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(detail, cause === undefined ? undefined : { cause });
    Error.stackTraceLimit = stackTraceLimit;
    this.status = status;
    this.extra = { ...extra, type: typeOf(status, extra) };
  }

  /** The same problem, counted in the audit. `user`: the id of the user concerned; null: not known. */
  countedAs(outcome: AccessOutcome, user: string | null = null): this {
    this.counted = { outcome, user };
    return this;
  }

  /** The library's problem, to throw. `cause`: what failed, in an outage. */
  static of({ status, detail, ...extra }: http.Problem, cause?: unknown): HttpProblem {
    return new HttpProblem(status, detail, extra, cause);
  }
}

/** The kind of a problem by its status, where the code that throws it names none. */
const BY_STATUS: Readonly<Record<number, ProblemCode>> = {
  400: 'malformed_request',
  401: 'not_signed_in',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  408: 'request_timeout',
  413: 'body_too_large',
  414: 'path_too_long',
  415: 'wrong_media_type',
  422: 'idempotency_key_reused',
  429: 'too_many_changes',
  431: 'headers_too_large',
  500: 'server_failed',
  503: 'unavailable',
};

function typeOf(status: number, { type = UNNAMED, errors = null }: http.ProblemExtra): string {
  if (type !== UNNAMED) return type;
  const code = status === 400 && errors !== null ? 'wrong_fields' : codeOfStatus(status);
  return code === undefined ? UNNAMED : problemType(code);
}

/** The kind of a problem that has no name of its own. Undefined: the status is none of ours. */
export function codeOfStatus(status: number): ProblemCode | undefined {
  return BY_STATUS[status];
}

export function notFound(what: string): HttpProblem {
  return new HttpProblem(404, `${what[0]?.toUpperCase()}${what.slice(1)} not found.`);
}

/** 503 that asks to come back: an outage is never a refusal (K4). */
export function unavailable(detail: string): HttpProblem {
  return HttpProblem.of(http.unavailable(detail));
}

/** The one place where errors become answers. What nobody foresaw is a 500 that tells nothing. */
export function toProblem(error: unknown, request?: FastifyRequest): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof Refusal) return ofRefusal(error);
  if (error instanceof ArgumentError) {
    return ofRefusal(wrongField(snakeCase(error.field), `expected ${error.expected}`));
  }
  const outage = http.outageOf(error);
  if (outage !== null) return HttpProblem.of(outage);
  if (error instanceof KeystampError) return ofKeystamp(error);
  return ofFastify(error as FastifyError, request) ?? new HttpProblem(500, 'The server failed.');
}

/** Fastify's error handler: answers with the problem, and logs what is the server's own fault. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply) {
  const problem = toProblem(error, request);
  if (problem.status === 500) request.log.error({ err: error }, 'request failed');
  else if (problem.status > 500) request.log.debug({ err: error }, 'request not served');
  return sendProblem(reply, problem);
}

export function sendProblem(reply: FastifyReply, problem: HttpProblem) {
  const { status, headers, document } = problemAnswer(problem);
  return reply.code(status).headers(headers).serializer(JSON.stringify).send(document);
}

/** The problem as it is sent, on every kind of connection. */
export function problemAnswer({ status, message, extra }: HttpProblem) {
  const problem = http.problem(status, message, extra);
  const document = http.problemDocument(problem);
  return { status, headers: http.problemHeaders(problem), document };
}

/** A refusal of another name than its problem. */
const RENAMED = { invalid: 'wrong_fields', busy: 'unavailable' } as const;

function codeOf(refusal: RefusalCode): ProblemCode {
  return refusal === 'invalid' || refusal === 'busy' ? RENAMED[refusal] : refusal;
}

function ofRefusal({ code: refusal, message, fields, retryAfterSeconds }: Refusal): HttpProblem {
  const code = codeOf(refusal);
  return new HttpProblem(PROBLEM_STATUSES[code], message, {
    type: problemType(code),
    errors: fields.length === 0 ? null : fields,
    headers: retryAfterSeconds === null ? {} : { 'retry-after': String(retryAfterSeconds) },
  });
}

/** Null: the library's own words, which name what is meant. */
const CONFLICTS: Partial<Record<KeystampErrorCode, string | null>> = {
  key_revoked: 'The key is revoked: only its note and its metadata can be changed.',
  key_expired: 'The key has expired: give it a new expiry first.',
  key_disabled: 'The key is disabled: enable it first.',
  key_rotated: null,
  scope_widened:
    'You cannot remove all scopes of a key: without scopes it may do whatever its user may. Make a new key instead.',
  idempotency_conflict: null,
  too_many_keys:
    'The user has as many keys as one user may have. Deleting keys makes room; revoking does not, for a revoked key stays in the list.',
};

function ofKeystamp(error: KeystampError): HttpProblem {
  if (error.code === 'idempotency_key_reused') {
    return new HttpProblem(422, error.message, { type: problemType(error.code) });
  }
  const conflict = CONFLICTS[error.code];
  if (conflict !== undefined) {
    return new HttpProblem(409, conflict ?? error.message, {
      type: problemType(error.code as ProblemCode),
    });
  }
  return new HttpProblem(500, 'The server failed.');
}

/** What Fastify refuses before a handler runs; null for what is not its own. */
function ofFastify(error: FastifyError, request?: FastifyRequest): HttpProblem | null {
  if (error.validation !== undefined) {
    const errors = fieldErrorsOf(error.validation, error.validationContext);
    return new HttpProblem(400, detailOf(errors), { errors });
  }
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return wrongMediaType(request);
  const detail = FASTIFY_DETAILS[error.code];
  if (detail !== undefined) return new HttpProblem(error.statusCode ?? 400, detail);
  if (error.statusCode === undefined || error.statusCode >= 500) return null;
  if (error.statusCode < 400) return null;
  // Fastify's words for the rest may quote the request; the status is enough.
  return new HttpProblem(error.statusCode, STATUS_CODES[error.statusCode] ?? 'Refused');
}

/** What a route takes is JSON where it does not say otherwise. */
function wrongMediaType(request?: FastifyRequest): HttpProblem {
  const accepted = request?.routeOptions.schema?.consumes?.join(' or ') ?? 'application/json';
  return new HttpProblem(415, `Send the body with Content-Type: ${accepted}.`);
}

const FASTIFY_DETAILS: Record<string, string> = {
  FST_ERR_CTP_INVALID_JSON_BODY: 'The body is not valid JSON.',
  FST_ERR_CTP_BODY_TOO_LARGE: 'The body is too large.',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'The body is not as long as its Content-Length says.',
  FST_ERR_BAD_URL: 'The path is not valid percent-encoding.',
  FST_ERR_MAX_PARAM_LENGTH: 'A part of the path is too long.',
};
