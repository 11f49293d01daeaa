import type { FastifyReply, FastifyRequest } from 'fastify';
import type { HttpApp } from '../http-app.js';
import { answerError, type HttpProblem, problemDocument, toProblem } from '../problem.js';

/**
 * Lets the errors of `scope` speak to OAuth clients too: the problem document also has `error` and
 * `error_description` (RFC 6749 §5.2). The server's own faults are answered as everywhere.
 */
export function answerAsOAuth(scope: HttpApp): void {
  scope.setErrorHandler((error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const problem = toProblem(error, request);
    if (problem.status >= 500) return answerError(error, request, reply);
    return reply
      .code(problem.status)
      .headers(headersFor(problem, request))
      .type('application/problem+json')
      .serializer(JSON.stringify)
      .send({
        ...problemDocument(problem),
        error: errorCode(problem),
        error_description: problem.message,
      });
  });
}

function errorCode({ status }: HttpProblem): string {
  if (status === 401) return 'invalid_client';
  return status === 403 ? 'insufficient_scope' : 'invalid_request';
}

/** A client that came with Basic is challenged for Basic. */
function headersFor({ status, extra }: HttpProblem, request: FastifyRequest) {
  const cameWithBasic = /^\s*basic\s/i.test(request.headers.authorization ?? '');
  const challenge = { 'www-authenticate': 'Basic realm="Keystamp"' };
  return status === 401 && cameWithBasic
    ? { ...extra.headers, ...challenge }
    : (extra.headers ?? {});
}
