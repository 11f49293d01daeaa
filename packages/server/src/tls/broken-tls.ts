import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { endWithProblem } from '../http/broken-request.js';
import { HttpProblem } from '../http/problem.js';
import { failureOf, type HandshakeFailures } from './handshake-failures.js';
import type { OpenSockets } from './open-sockets.js';

/** Counts the handshakes that fail. A client that speaks plain HTTP reads a 400 that says so; others are cut off. */
export function answerBrokenTls(sockets: OpenSockets, failures: HandshakeFailures) {
  return (error: Error, tlsSocket: TLSSocket): void => {
    const reason = failureOf(error, tlsSocket);
    failures.count(reason, tlsSocket.remoteAddress);
    if (reason !== 'plain_http') return;
    const socket = sockets.under(tlsSocket);
    if (socket !== null) endInPlain(socket);
  };
}

function endInPlain(socket: Socket): void {
  socket.on('error', () => socket.destroy());
  const detail = 'The request is plain HTTP, and this port speaks TLS: use https.';
  endWithProblem(socket, new HttpProblem(400, detail));
}
