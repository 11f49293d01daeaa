import { connect, createServer, type Socket } from 'node:net';
import { freePort } from './free-port.js';

/** A TCP proxy on loopback that makes a network bad. */
export interface TcpProxy {
  readonly port: number;
  /** On: bytes of both directions are swallowed, new connections included. Off: what comes from then on passes. */
  blackhole(on: boolean): void;
  /** Each chunk waits so long before it goes on, in both directions and in order. */
  latency(ms: number): void;
  /** Breaks every connection now; new ones are served. */
  cut(): void;
  /** New connections lead to another port from now on; present ones are broken, as a proxy does at a fail-over. */
  leadTo(port: number): void;
  /** The next chunk to the target that holds this statement, sent whole, passes, and its connection breaks before the answer does. */
  loseAnswerTo(text: string): void;
  /** Bytes that passed to the target so far. */
  sent(): number;
  close(): Promise<void>;
}

export interface ProxyTarget {
  readonly host?: string;
  readonly port: number;
}

interface State {
  swallow: boolean;
  latencyMs: number;
  sent: number;
  port: number;
  /** The statement whose answer is lost; null: none. */
  lose: string | null;
}

/** Listens on a free port below 32768. */
export async function startTcpProxy({ host = '127.0.0.1', port }: ProxyTarget): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  const state: State = { swallow: false, latencyMs: 0, sent: 0, port, lose: null };
  const server = createServer((client) => {
    const target = connect(state.port, host);
    follow(client, sockets);
    follow(target, sockets);
    carry(client, target, state, (bytes) => {
      state.sent += bytes;
    });
    client.prependListener('data', (chunk) => {
      if (state.lose === null || !chunk.includes(state.lose)) return;
      state.lose = null;
      target.removeAllListeners('data');
      target.once('data', () => client.destroy());
    });
    carry(target, client, state, () => {});
  });
  const listening = await freePort();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(listening, '127.0.0.1', resolve);
  });
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      cut();
    });
  return { port: listening, cut, close, ...controlsOf(state, cut) };
}

function controlsOf(
  state: State,
  cut: () => void,
): Pick<TcpProxy, 'blackhole' | 'latency' | 'loseAnswerTo' | 'leadTo' | 'sent'> {
  return {
    blackhole: (on) => {
      state.swallow = on;
    },
    latency: (ms) => {
      state.latencyMs = ms;
    },
    loseAnswerTo: (text) => {
      // A statement ends with a zero: another that only holds the text is not meant.
      state.lose = `${text}\0`;
    },
    leadTo: (port) => {
      state.port = port;
      cut();
    },
    sent: () => state.sent,
  };
}

function follow(socket: Socket, sockets: Set<Socket>): void {
  socket.setNoDelay(true);
  sockets.add(socket);
  socket.on('error', () => {});
  socket.on('close', () => sockets.delete(socket));
}

function carry(from: Socket, to: Socket, state: State, count: (bytes: number) => void): void {
  const later = (act: () => void) => {
    if (state.latencyMs === 0) act();
    else setTimeout(act, state.latencyMs);
  };
  from.on('data', (chunk) => {
    if (state.swallow) return;
    count(chunk.length);
    later(() => {
      if (!to.destroyed) to.write(chunk);
    });
  });
  from.on('end', () => later(() => to.end()));
  from.on('close', () => later(() => to.destroy()));
}
