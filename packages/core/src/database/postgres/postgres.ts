import { createHash } from 'node:crypto';
import type { Client, Pool, PoolClient } from 'pg';
import { Semaphore } from '../../async/semaphore.js';
import { ArgumentError } from '../../errors.js';
import {
  checkChannel,
  type Database,
  type DatabaseIdentity,
  type Lane,
  type Listener,
  type ListenHandlers,
  type QueryResult,
  type Row,
  type Session,
} from '../database.js';
import { openPool } from '../own-pool.js';
import type { Place } from '../postgres-config.js';
import { readIdentity } from '../read-identity.js';
import type { ClientClass, Route } from '../route.js';
import { checkOut } from './check-out.js';
import { type Lanes, lanesOf } from './lanes.js';
import { loadPg } from './load-pg.js';
import {
  type ConnectionSource,
  clientClassOf,
  connectTimeoutMs,
  destroyClient,
  endClient,
  explainedError,
  openClient,
  placeOf,
  processIdOf,
  reportEnd,
  routeOf,
  type Sending,
  send,
} from './postgres-connection.js';
import type { PostgresOptions } from './postgres-options.js';
import { OWN_SETTINGS } from './session-settings.js';

/** The server cancels a statement first and says why; the client gives up a connection only when no answer comes. */
const answerGraceMs = 2_000;
const poolEndMs = 2_000;
/** Names are kept by the server for each connection; texts beyond go unnamed. */
const mostNames = 500;

/** Connections of our own to the server at `url`, or to one of several there. */
export async function openPostgresUrl(url: string, options: PostgresOptions): Promise<Database> {
  const pg = await loadPg('A database given by its URL');
  const route = routeOf('database', url, pg.Client, () => database.leaveServer());
  const direct = directOf(route, pg.Client, options);
  const database = new PostgresDatabase(openPool(pg, route, options), direct, route, options);
  return database;
}

/** A pool that was handed in: it stays open. */
export async function openPostgresPool(pool: Pool, options: PostgresOptions): Promise<Database> {
  // Not to be had for one statement alone: the client's setting is for all of them.
  if ((pool.options as { binary?: unknown }).binary) {
    throw new ArgumentError('database', 'a pool without the option "binary"');
  }
  const poolSize = pool.options.max ?? options.poolSize;
  const direct = directOf(pool, await clientClassOf(pool), options);
  return new PostgresDatabase(pool, direct, null, { ...options, poolSize });
}

/** Where connections outside of the pool go. */
function directOf(
  source: ConnectionSource,
  Client: ClientClass,
  { listenDatabase }: PostgresOptions,
): ConnectionSource {
  return listenDatabase === undefined ? source : routeOf('listenDatabase', listenDatabase, Client);
}

class PostgresDatabase implements Database {
  readonly kind = 'postgres';
  readonly named: boolean;
  readonly #pool: Pool;
  readonly #ownsPool: boolean;
  readonly #direct: ConnectionSource;
  readonly #timeoutMs: number;
  readonly #names = new Map<string, string>();
  readonly #guarded = new WeakSet<PoolClient>();
  readonly #clients = new Set<PoolClient>();
  readonly #connections = new Set<Client>();
  /** Where the connection leads that was taken last. */
  #place: Place = { host: '', port: 0 };
  /** Null: the pool was handed in. */
  readonly #route: Route | null;
  readonly #lanes: Lanes;
  #ended: Promise<void> | undefined;

  constructor(
    pool: Pool,
    direct: ConnectionSource,
    route: Route | null,
    { listenDatabase, poolSize, statementTimeoutMs }: PostgresOptions,
  ) {
    this.named = listenDatabase === undefined;
    this.#pool = pool;
    this.#ownsPool = route !== null;
    this.#route = route;
    this.#direct = direct;
    this.#timeoutMs = statementTimeoutMs + answerGraceMs;
    this.#lanes = lanesOf(poolSize);
    pool.on('error', ignoreError);
    pool.on('acquire', this.#guard);
    pool.on('remove', this.#forget);
  }

  get isEnded(): boolean {
    return this.#ended !== undefined || this.#pool.ending;
  }

  async query<R = Row>(text: string, params?: readonly unknown[]): Promise<QueryResult<R>> {
    // Not pool.query: it throws the connection away with every error, a broken constraint included.
    const session = await this.connect();
    let failure: Error | undefined;
    try {
      return await session.query<R>(text, params);
    } catch (error) {
      failure = error as Error;
      throw error;
    } finally {
      session.release(failure !== undefined && endsConnection(failure) ? failure : undefined);
    }
  }

  async identify(): Promise<DatabaseIdentity> {
    const read = await readIdentity(this);
    return { kind: 'postgres', ...read, ...this.#place };
  }

  async connect(lane: Lane = 'other'): Promise<Session> {
    const endTurn = await this.#lanes.take(lane);
    const client = await this.#checkOut(lane).catch((error: unknown) => {
      endTurn();
      throw error;
    });
    let readOnly: Error | undefined;
    return {
      backendPid: this.named ? processIdOf(client) : null,
      query: async (text, params) => {
        try {
          return await send(client, text, params, this.#sending(text, params));
        } catch (error) {
          if (isReadOnly(error)) readOnly = error;
          throw error;
        }
      },
      release: (error) => {
        const failure = error ?? readOnly;
        client.release(failure ?? this.#route?.hasLeft(placeOf(client)));
        endTurn();
        if (failure !== undefined && (endsConnection(failure) || isReadOnly(failure))) {
          this.#route?.leave(placeOf(client));
          this.leaveServer();
        }
      },
    };
  }

  async #checkOut(lane: Lane): Promise<PoolClient> {
    const route = this.#route;
    const checkOutOnce = () => checkOut(this.#pool, this.#lanes.waitMs(lane));
    if (route === null) return checkOutOnce();
    return route.open(checkOutOnce).catch((error: unknown) => {
      throw explainedError(error, route);
    });
  }

  async connectDirect(): Promise<Session> {
    const client = await this.#openConnection();
    try {
      await send(client, `${OWN_SETTINGS}; set statement_timeout = 0`, undefined, unnamed);
    } catch (error) {
      await this.#endConnection(client);
      throw error;
    }
    return {
      backendPid: processIdOf(client),
      query: (text, params) => send(client, text, params, unnamed),
      release: () => void this.#endConnection(client),
    };
  }

  async listen(channel: string, handlers: ListenHandlers): Promise<Listener> {
    checkChannel(channel);
    const client = await this.#openConnection();
    // No cache is trusted while this connection opens: it gets a short limit.
    const sending = { name: undefined, timeoutMs: connectTimeoutMs };
    client.on('notification', (message) =>
      handlers.onNotification(message.channel, message.payload ?? ''),
    );
    try {
      await send(client, `${OWN_SETTINGS}; listen "${channel}"`, undefined, sending);
    } catch (error) {
      await this.#endConnection(client);
      throw error;
    }
    reportEnd(client, this.#connections, handlers);
    const turns = new Semaphore();
    return {
      backendPid: processIdOf(client),
      query: (text, params) => turns.run(() => send(client, text, params, sending)),
      end: () => this.#endConnection(client),
    };
  }

  end(): Promise<void> {
    this.#ended ??= this.#end();
    return this.#ended;
  }

  async #end(): Promise<void> {
    const connections = [...this.#connections].map((client) => this.#endConnection(client));
    if (this.#ownsPool) await this.#endPool();
    await Promise.all(connections);
    if (this.#ownsPool) return; // The listeners go with the pool.
    this.#pool.off('error', ignoreError);
    this.#pool.off('acquire', this.#guard);
    this.#pool.off('remove', this.#forget);
    for (const client of this.#clients) client.off('error', ignoreError);
  }

  async #endPool(): Promise<void> {
    const timer = setTimeout(() => this.#clients.forEach(destroyClient), poolEndMs);
    await this.#pool.end();
    clearTimeout(timer);
  }

  async #openConnection(): Promise<Client> {
    const client = await openClient(this.#direct);
    this.#connections.add(client);
    return client;
  }

  async #endConnection(client: Client): Promise<void> {
    this.#connections.delete(client);
    await endClient(client);
  }

  /**
   * A connection broke, or leads to a server that takes no writes: the idle ones made along with it are no better,
   * and would fail or stay there one after the other. New ones lead where the address points now.
   */
  leaveServer(): void {
    for (let idle = this.#pool.idleCount; idle > 0; idle--) {
      this.#pool.connect().then(
        (client) => client.release(true),
        () => {},
      );
    }
  }

  #sending(text: string, params: readonly unknown[] | undefined): Sending {
    const name = params !== undefined && this.named ? this.#nameOf(text) : undefined;
    return { name, timeoutMs: this.#timeoutMs };
  }

  #nameOf(text: string): string | undefined {
    let name = this.#names.get(text);
    if (name === undefined && this.#names.size < mostNames) {
      name = `ks_${createHash('sha256').update(text).digest('base64url').slice(0, 22)}`;
      this.#names.set(text, name);
    }
    return name;
  }

  /** A checked-out connection without an error listener of its own ends the process when it breaks. */
  readonly #guard = (client: PoolClient): void => {
    this.#clients.add(client);
    this.#place = placeOf(client);
    if (this.#guarded.has(client)) return;
    this.#guarded.add(client);
    client.on('error', ignoreError);
  };

  readonly #forget = (client: PoolClient): void => {
    this.#clients.delete(client);
  };
}

const unnamed: Sending = { name: undefined, timeoutMs: 0 };

/** A broken connection fails at its next use, and its user reports that. */
function ignoreError(): void {}

/** True where the connection cannot be used after the error: anything but a statement's own failure. */
function endsConnection(error: Error & { severity?: string }): boolean {
  return error.severity !== 'ERROR';
}

/** `read_only_sql_transaction`: a standby, a demoted primary, or a server switched to read only. */
function isReadOnly(error: unknown): error is Error {
  return (error as { code?: unknown } | undefined)?.code === '25006';
}
