import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import { onceAMinute } from '../log/once-a-minute.js';
import { HttpProblem, problemAnswer } from './problem.js';

/**
 * The largest headers of a request: as much as the usual proxies pass on, because Caddy and Traefik pass all of a
 * client's headers on when they ask about it.
 */
export const MAX_HEADER_BYTES = 64 * 1024;

/** Answers what is not HTTP enough to reach a route, and ends the connection. */
export function answerBrokenRequests(logger: Pick<Logger, 'warn'>) {
  const logTooLarge = tooLargeLog(logger);
  return (error: Error & { code?: string }, socket: Socket): void => {
    if (error.code === 'HPE_HEADER_OVERFLOW') logTooLarge(socket.remoteAddress);
    if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
    else endWithProblem(socket, problemOf(error.code));
  };
}

/** Behind a proxy, a client sees a 503 and nothing else says why. */
function tooLargeLog(logger: Pick<Logger, 'warn'>) {
  return onceAMinute((from: string | undefined, requests) => {
    logger.warn(
      { from, requests },
      `Requests are refused with 431, because their headers are larger than ${MAX_HEADER_BYTES} bytes. A proxy should pass on only the headers that Keystamp needs`,
    );
  });
}

/** Answers on a connection that no request has, and ends it. */
export function endWithProblem(socket: Socket, problem: HttpProblem): void {
  const { status, headers, document } = problemAnswer(problem);
  const body = JSON.stringify(document);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function problemOf(code: string | undefined): HttpProblem {
  if (code === 'HPE_HEADER_OVERFLOW') return new HttpProblem(431, 'The headers are too large.');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new HttpProblem(408, 'The request did not arrive in time.');
  }
  return new HttpProblem(400, 'The request is not valid HTTP.');
}
