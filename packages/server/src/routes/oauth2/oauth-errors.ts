import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { Type } from 'typebox';
import { Problem } from '../../contract/problem.js';
import { problemType } from '../../contract/problem-codes.js';
import { keyInForm } from '../../http/authenticate-key/key-in-form.js';
import type { HttpApp } from '../../http/http-app.js';
import { answerError, type HttpProblem, problemAnswer, toProblem } from '../../http/problem.js';
import type { ProblemForm } from '../openapi/refusals.js';

/** Also those of a body that is too large or none. */
const CODES = [
  'wrong_fields',
  'malformed_request',
  'no_api_key',
  'api_key_not_valid',
  'insufficient_scope',
  'body_too_large',
  'wrong_media_type',
] as const;

/** RFC 6749 §5.2 on top of RFC 9457. */
const OAuthProblem = Type.Object(
  {
    ...Problem.properties,
    type: Type.Enum(CODES.map(problemType), { description: 'The kind of the problem.' }),
    error: Type.Enum(['invalid_request', 'invalid_client', 'insufficient_scope']),
    error_description: Type.String(),
  },
  { title: 'OAuthProblem' },
);

const FORM: ProblemForm = {
  type: 'application/json',
  schemaOf: () => OAuthProblem,
  of: (document) => ({
    ...document,
    error: errorCode(document),
    error_description: document.detail,
  }),
};

/**
 * Lets the errors of `scope` speak to OAuth clients too: the problem document also has `error` and
 * `error_description`, and is `application/json`, because clients read no other type (RFC 6749 §5.2). The server's own
 * faults are answered as everywhere.
 */
export function answerAsOAuth(scope: HttpApp): void {
  scope.addHook('onRoute', (route: RouteOptions) => {
    route.config = { ...route.config, problemForm: FORM };
  });
  scope.setErrorHandler((error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const problem = toProblem(error, request);
    if (problem.status >= 500) return answerError(error, request, reply);
    const { document } = problemAnswer(problem);
    const detail = `${document.detail}${hintFor(problem, request)}`;
    return reply
      .code(problem.status)
      .headers(headersFor(problem, request))
      .type(FORM.type)
      .serializer(JSON.stringify)
      .send(FORM.of({ ...document, detail }));
  });
}

/** Where a client may do without a key of its own, a bad one stops it: a leaked key must not stay valid for that. */
function hintFor({ status }: HttpProblem, { routeOptions }: FastifyRequest): string {
  return status === 401 && routeOptions.config.access === 'public_or_key'
    ? ' It is the key of the client itself, which is not needed here: send the token alone.'
    : '';
}

function errorCode({ status }: Pick<HttpProblem, 'status'>): string {
  if (status === 401) return 'invalid_client';
  return status === 403 ? 'insufficient_scope' : 'invalid_request';
}

const BASIC = 'Basic realm="Keystamp"';

/** A 401 names both schemes, and first the one of the method that the client used (RFC 6749 §5.2). */
function headersFor({ status, extra }: HttpProblem, request: FastifyRequest) {
  const bearer = extra.headers?.['www-authenticate'];
  if (status !== 401 || bearer === undefined) return extra.headers ?? {};
  const challenges = cameAsClientSecret(request) ? [BASIC, 'Bearer'] : [bearer, BASIC];
  return { ...extra.headers, 'www-authenticate': challenges };
}

function cameAsClientSecret(request: FastifyRequest): boolean {
  const isBasic = /^\s*basic\s/i.test(request.headers.authorization ?? '');
  return isBasic || keyInForm(request) !== null;
}
