import type { TLSSocket } from 'node:tls';
import type { Logger } from 'pino';
import { onceAMinute } from '../log/once-a-minute.js';

/** Why a handshake failed, with its line in the log; null: without a line, because scans of a port do so. */
const LINES = {
  plain_http: 'Plain HTTP is sent to the TLS port. It is answered with 400: use https',
  protocol: 'Clients offer only TLS versions or ciphers that are refused. TLS 1.2 is the oldest',
  untrusted: "Clients do not trust the server's certificate: its CA, its name or its time",
  client_certificate: "Clients are refused: they have no certificate of the clients' CA",
  other: 'TLS handshakes fail',
  aborted: null,
} as const;

export type HandshakeFailure = keyof typeof LINES;

export const HANDSHAKE_FAILURES = Object.keys(LINES) as HandshakeFailure[];

/** Handshakes that failed, counted by reason. A reason has one line a minute in the log at most. */
export class HandshakeFailures {
  readonly #totals = new Map<HandshakeFailure, number>();
  readonly #logs = new Map<HandshakeFailure, (from: string | undefined) => void>();

  /** `now`: ms of a monotonic clock. */
  constructor(logger: Pick<Logger, 'warn'>, now?: () => number) {
    for (const reason of HANDSHAKE_FAILURES) {
      const line = LINES[reason];
      if (line === null) continue;
      const log = (from: string | undefined, handshakes: number) =>
        logger.warn({ reason, from, handshakes }, line);
      this.#logs.set(reason, onceAMinute(log, now));
    }
  }

  /** `from`: the address of the client, as far as it is known. */
  count(reason: HandshakeFailure, from: string | undefined): void {
    this.#totals.set(reason, this.total(reason) + 1);
    this.#logs.get(reason)?.(from);
  }

  total(reason: HandshakeFailure): number {
    return this.#totals.get(reason) ?? 0;
  }
}

/** By the codes of OpenSSL. An alert is the client's own word about our certificate. */
const BY_CODE: readonly (readonly [RegExp, HandshakeFailure])[] = [
  [/^ERR_SSL_HTTP_REQUEST$/, 'plain_http'],
  [/UNSUPPORTED_PROTOCOL|VERSION_TOO_LOW|NO_SHARED_CIPHER/, 'protocol'],
  [/ALERT_(UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_)/, 'untrusted'],
  [/PEER_DID_NOT_RETURN_A_CERTIFICATE/, 'client_certificate'],
  [/^(E[A-Z]+|ERR_TLS_HANDSHAKE_TIMEOUT)$/, 'aborted'],
];

/** Of the event `tlsClientError`. A certificate of a foreign CA shows on the socket alone. */
export function failureOf(error: Error & { code?: string }, socket: TLSSocket): HandshakeFailure {
  if (socket.authorizationError) return 'client_certificate';
  return BY_CODE.find(([codes]) => codes.test(error.code ?? ''))?.[1] ?? 'other';
}
