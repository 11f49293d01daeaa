import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';

/** The TCP connections of servers, also those whose TLS handshake is still under way. */
export class OpenSockets {
  readonly #byName = new Map<string, Socket>();

  add(socket: Socket): void {
    const name = nameOf(socket);
    this.#byName.set(name, socket);
    socket.once('close', () => {
      if (this.#byName.get(name) === socket) this.#byName.delete(name);
    });
  }

  /** The TCP connection that TLS runs on; null: it is closed. */
  under(tlsSocket: TLSSocket): Socket | null {
    return this.#byName.get(nameOf(tlsSocket)) ?? null;
  }

  destroyAll(): void {
    for (const socket of this.#byName.values()) socket.destroy();
  }
}

/** Its two ends, which a TCP socket and the TLS socket on it share. */
function nameOf({ remoteAddress, remotePort, localPort }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localPort}`;
}
