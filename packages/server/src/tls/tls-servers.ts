import type { RequestListener, ServerOptions } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { Socket } from 'node:net';
import { answerBrokenTls } from './broken-tls.js';
import type { HandshakeFailures } from './handshake-failures.js';
import { OpenSockets } from './open-sockets.js';
import { type ServerCertificate, secureContextOf } from './server-certificate.js';

/** A handshake that takes longer is given up. */
const HANDSHAKE_WITHIN_MS = 20_000;

/** The HTTPS servers of the process, which all serve one certificate. It can change while they run. */
export class TlsServers {
  readonly failures: HandshakeFailures;
  readonly #servers = new Set<Server>();
  readonly #sockets = new OpenSockets();
  #certificate: ServerCertificate;

  constructor(certificate: ServerCertificate, failures: HandshakeFailures) {
    this.#certificate = certificate;
    this.failures = failures;
  }

  get certificate(): ServerCertificate {
    return this.#certificate;
  }

  /** HTTP/1.1 over TLS. With clients' CAs, a client without a certificate of theirs is refused at the handshake. */
  create(listener: RequestListener, options: ServerOptions = {}): Server {
    const { files } = this.#certificate;
    const server = createServer(
      {
        ...options,
        ...secureContextOf(files),
        requestCert: files.clientCa !== null,
        rejectUnauthorized: files.clientCa !== null,
        handshakeTimeout: HANDSHAKE_WITHIN_MS,
      },
      listener,
    );
    this.#servers.add(server.once('close', () => this.#servers.delete(server)));
    server.prependListener('connection', (socket: Socket) => this.#sockets.add(socket));
    server.prependListener('tlsClientError', answerBrokenTls(this.#sockets, this.failures));
    return server;
  }

  /** Serves another certificate to connections that begin from now on. The others live on. */
  use(certificate: ServerCertificate): void {
    for (const server of this.#servers) server.setSecureContext(secureContextOf(certificate.files));
    this.#certificate = certificate;
  }

  /** Ends every connection, also one whose handshake is still under way, which Node's own method leaves open. */
  closeAllConnections(): void {
    this.#sockets.destroyAll();
  }
}
