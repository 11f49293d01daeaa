import type { Client, ClientConfig } from 'pg';
import type { PostgresUrl, TargetSessionAttrs } from '../rules/index.js';
import { checkPostgresUrl } from './postgres/postgres-url.js';
import { clientConfigOf, type Place, toPlace } from './postgres-config.js';
import { leadsElsewhere, type Tried, unreachable } from './route-failure.js';
import { Tls } from './tls.js';

const CONNECT_TIMEOUT_MS = 5_000;

/** What makes a connection: node-postgres' own, or that of a pool that was handed in. */
export type ClientClass = new (config: ClientConfig) => Client;

/** Opens a connection to a place, checks what kind of server it is and ends it. Throws where it is none of those wanted. */
export type Probe = (route: Route, place: Place) => Promise<void>;

/**
 * Where the connections of one URL lead. Of several servers it keeps the one that was good last. Once that one fails, the
 * others are tried in turn, beginning behind it, and it comes last: a server that is gone costs its time limit once.
 */
export class Route {
  readonly Client: ClientClass;
  readonly places: readonly Place[];
  readonly attrs: TargetSessionAttrs;
  readonly tls: Tls;
  readonly connectTimeoutMs: number;
  readonly parameters: PostgresUrl['parameters'];
  readonly #config: ClientConfig;
  readonly #probe: Probe;
  readonly #onMove: () => void;
  #next = 0;
  #current: Place | null = null;
  #last: Place | null = null;
  #searching: Promise<Place> | null = null;

  /**
   * `onMove` is called when another server than before was found. Throws `ArgumentError` with `field`, where the URL or a
   * file that it names is wrong.
   */
  constructor(
    field: string,
    text: string,
    { Client, probe, onMove }: { Client: ClientClass; probe: Probe; onMove: () => void },
  ) {
    this.Client = Client;
    const url = checkPostgresUrl(field, text);
    this.places = url.places.map(toPlace);
    this.parameters = url.parameters;
    this.attrs = attrsOf(url);
    this.tls = new Tls(field, url);
    this.connectTimeoutMs =
      Number(url.parameters.get('connect_timeout') ?? 0) * 1_000 || CONNECT_TIMEOUT_MS;
    this.#config = clientConfigOf(url);
    this.#probe = probe;
    this.#onMove = onMove;
    if (!this.searches) this.#current = this.places[0] as Place;
  }

  /** False: there is one place, and whatever answers there is taken. */
  get searches(): boolean {
    return this.places.length > 1 || this.attrs !== 'any';
  }

  /** The server that was good last; null: it has to be looked for. */
  get current(): Place | null {
    return this.#current;
  }

  /** What node-postgres needs for a connection to a place; default: the present one. */
  configFor(place: Place = this.#current ?? (this.places[0] as Place)): ClientConfig {
    return { ...this.#config, ...place, ssl: this.tls.optionsFor(place.host) };
  }

  /** Connects to the present server. Where that fails, another one is looked for, and tried once. */
  async open<T>(connect: () => Promise<T>): Promise<T> {
    const place = await this.find();
    try {
      return await connect();
    } catch (error) {
      if (!this.searches || !leadsElsewhere(error)) throw error;
      this.leave(place);
      await this.find();
      return connect();
    }
  }

  /** The present server, or the first of the others that is one of those wanted. Throws where there is none. */
  async find(): Promise<Place> {
    if (this.#current !== null) return this.#current;
    this.#searching ??= this.#search().finally(() => {
      this.#searching = null;
    });
    return this.#searching;
  }

  /** The server is not, or no longer, what is wanted. */
  leave(place: Place): void {
    if (!this.searches || this.#current === null || !isSame(place, this.#current)) return;
    this.#next = (this.places.indexOf(this.#current) + 1) % this.places.length;
    this.#current = null;
  }

  /** Whether a connection leads to another server than new ones do. */
  hasLeft(place: Place): boolean {
    return this.searches && this.#current !== null && !isSame(place, this.#current);
  }

  async #search(): Promise<Place> {
    const tried: Tried[] = [];
    for (const place of [...this.places.slice(this.#next), ...this.places.slice(0, this.#next)]) {
      try {
        await this.#probe(this, place);
        this.#settle(place);
        return place;
      } catch (error) {
        tried.push({ place, error: error as Error });
      }
    }
    throw unreachable(tried);
  }

  #settle(place: Place): void {
    const isMove = this.#last !== null && !isSame(place, this.#last);
    this.#current = place;
    this.#last = place;
    if (isMove) this.#onMove();
  }
}

/** Keystamp writes: of several servers it wants the one that takes writes, where the URL does not say. */
function attrsOf({ parameters, places }: PostgresUrl): TargetSessionAttrs {
  const given = parameters.get('target_session_attrs') as TargetSessionAttrs | undefined;
  return given ?? (places.length > 1 ? 'read-write' : 'any');
}

function isSame(one: Place, other: Place): boolean {
  return one.host === other.host && one.port === other.port;
}
