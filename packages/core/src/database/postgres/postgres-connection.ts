import type { Client, ClientConfig, Pool, QueryConfig } from 'pg';
import { explainConnectFailure } from '../connect-failure.js';
import type { ListenHandlers, QueryResult } from '../database.js';
import type { Place } from '../postgres-config.js';
import { type ClientClass, Route } from '../route.js';
import { checkSessionAttrs } from './check-session-attrs.js';
import { parserOf } from './column-types.js';
import { driverError } from './driver-error.js';
import { loadPg } from './load-pg.js';

/** Types of ours for each query: a pool that was handed in has type settings of its own. */
const types = {
  getTypeParser: (oid: number, format?: string) =>
    // Nothing here asks for the binary format; where it comes all the same, it stays bytes.
    format === 'binary' ? (bytes: unknown) => bytes : parserOf(oid),
} as QueryConfig['types'];

/** What one statement is sent with. */
export interface Sending {
  /** Name of the prepared statement; undefined: unnamed. */
  readonly name: string | undefined;
  /** After so long without an answer the query fails and its connection is given up; 0: never. */
  readonly timeoutMs: number;
}

interface Queryable {
  query(config: QueryConfig): Promise<unknown>;
}

/**
 * Sends one statement. Without `params` it goes by the simple protocol, which takes several statements
 * in one text; the last one's result is the answer.
 */
export async function send<R>(
  client: Queryable,
  text: string,
  params: readonly unknown[] | undefined,
  { name, timeoutMs }: Sending,
): Promise<QueryResult<R>> {
  const config: QueryConfig & { query_timeout?: number } = { text, types };
  if (params !== undefined) config.values = params as unknown[];
  if (name !== undefined) config.name = name;
  if (timeoutMs > 0) config.query_timeout = timeoutMs;
  try {
    const result = (await client.query(config)) as QueryResult<R> | QueryResult<R>[];
    return Array.isArray(result) ? (result.at(-1) as QueryResult<R>) : result;
  } catch (error) {
    throw driverError(error);
  }
}

/** Where a connection of our own goes: along a URL, or where those of a pool that was handed in go. */
export type ConnectionSource = Route | Pool;

/** The way of a URL. `onMove` is called when it leads to another server. Throws `ArgumentError` with `field` for a wrong one. */
export function routeOf(
  field: string,
  url: string,
  Client: ClientClass,
  onMove: () => void = () => {},
): Route {
  const probe = async (route: Route, place: Place) => endClient(await openAt(route, place));
  return new Route(field, url, { Client, probe, onMove });
}

/** What the pool makes its connections with. One of another make has no such field. */
export async function clientClassOf(pool: Pool): Promise<ClientClass> {
  const { Client } = pool as { Client?: ClientClass };
  return Client ?? (await loadPg('A pool that does not name its client')).Client;
}

/** Opens a connection outside of every pool. It never ends the process: its errors are swallowed here and show at its next query. */
export async function openClient(source: ConnectionSource): Promise<Client> {
  if (source instanceof Route) return source.open(() => openAt(source));
  // A pool hides its password from enumeration, so that it has to be named.
  const { options } = source;
  const hidden = options.password === undefined ? {} : { password: options.password };
  const config = { ...ours, ...options, ...hidden, query_timeout: 0 };
  return connect(await clientClassOf(source), config);
}

/** Default: at the present server of the route. */
async function openAt(route: Route, place?: Place): Promise<Client> {
  const client = await connect(route.Client, configOf(route, place)).catch((error: unknown) => {
    throw explainedError(error, route, place);
  });
  try {
    await checkServer(client, route);
    return client;
  } catch (error) {
    await endClient(client);
    throw error;
  }
}

/** With cause and remedy, where TLS is to blame. */
export function explainedError(error: unknown, route: Route, place = route.current): unknown {
  if (place === null) return error;
  const explained = explainConnectFailure(error, place, route.tls);
  return explained === error ? error : driverError(explained);
}

/** Throws where the connection leads to a server that the route does not want. */
export async function checkServer(client: object, route: Route): Promise<void> {
  const sending = { name: undefined, timeoutMs: route.connectTimeoutMs };
  const query = <R>(text: string) => send<R>(client as Client, text, undefined, sending);
  await checkSessionAttrs({ query }, route.attrs).catch((error: unknown) => {
    throw driverError(error);
  });
}

/** What a connection along a route is opened with. */
export function configOf(route: Route, place?: Place): ClientConfig {
  const timeout = { connectionTimeoutMillis: route.connectTimeoutMs };
  return { ...ours, application_name: applicationName, ...route.configFor(place), ...timeout };
}

async function connect(Client: ClientClass, config: ClientConfig): Promise<Client> {
  const client = new Client(config);
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (error) {
    await endClient(client);
    throw driverError(error);
  }
  return client;
}

const applicationName = 'keystamp';
export const connectTimeoutMs = 5_000;
const goodbyeMs = 1_000;
const ours = { keepAlive: true, connectionTimeoutMillis: connectTimeoutMs };

/** Ends a connection. A network that swallows the goodbye is not waited for. */
export async function endClient(client: Client): Promise<void> {
  const timer = setTimeout(() => destroyClient(client), goodbyeMs);
  try {
    await client.end();
  } catch {
    // It was gone already.
  } finally {
    clearTimeout(timer);
  }
}

/** Drops the connection without a word. */
export function destroyClient(client: object): void {
  // node-postgres has no public way to do it; its own pool does the same.
  (client as { connection?: { stream?: { destroy(): void } } }).connection?.stream?.destroy();
}

/** Calls `onEnd` once when the connection ends without being asked to. */
export function reportEnd(
  client: Client,
  connections: Set<Client>,
  handlers: ListenHandlers,
): void {
  const onEnd = (error?: Error) => {
    if (!connections.delete(client)) return;
    destroyClient(client);
    handlers.onEnd(error ?? new Error('The connection ended'));
  };
  client.on('error', onEnd);
  client.on('end', () => onEnd());
}

/** From the server's greeting; node-postgres' types leave it out. */
export function processIdOf(client: object): number | null {
  return (client as { processID?: number | null }).processID ?? null;
}

/** Where a connection leads: node-postgres has it from the URL, the environment or its own defaults. */
export function placeOf(client: object): Place {
  const { host, port } = client as { host: string; port: number };
  return { host, port };
}
