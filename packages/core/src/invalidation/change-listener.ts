import { TimeoutError, withTimeout } from '../async/with-timeout.js';
import { ClockOffsetWarning } from '../clock/clock-offset.js';
import type { DatabaseClock } from '../clock/database-clock.js';
import { type Database, inLane, type Listener } from '../database/database.js';
import { isSameDatabase } from '../database/is-same-database.js';
import { StandbyError } from '../database/standby.js';
import type { Logger } from '../keystamp.js';
import { onceAMinute } from '../log.js';
import { cancelStatement } from '../sql/cancel-statement.js';
import { checkListener, type Heartbeat } from '../sql/check-listener.js';
import type { Invalidations } from './invalidations.js';
import {
  ListenerError,
  PoolerError,
  ProbeRefusedError,
  TriggersMissingError,
  WrongDatabaseError,
} from './listener-errors.js';
import { ListenerProbe } from './listener-probe.js';
import { SetBackWatch } from './set-back-watch.js';

const CHANNEL = 'keystamp_changes';

/** A dead TCP connection is silent: a heartbeat is sent so often. */
const HEARTBEAT_MS = 2_000;
const HEARTBEAT_TIMEOUT_MS = 3_000;
/** A heartbeat counts for so long. With its interval and its limit, no cache is trusted 10 s after the connection died. */
const LIVE_MS = 6_000;
const RECONNECT_MS = { first: 100, most: 2_000 };

const MESSAGES = {
  lost: 'Lost the LISTEN connection; every validation queries the database until it is back.',
  // The address has to lead to the primary.
  standby: 'The database that the address leads to is a standby or a demoted primary.',
};

export interface ChangeListenerOptions {
  readonly database: Database;
  readonly clock: DatabaseClock;
  readonly invalidations: Invalidations;
  readonly logger: Logger;
  /** Awaited before a new connection counts as live: from then on every key is read again, so the database should answer. */
  readonly beforeLive: () => Promise<void>;
  /** The connection is lost, or an attempt at a new one failed. */
  readonly onLoss: () => void;
}

/** The LISTEN connection, on which changes of other instances arrive. While it is not live, the cache is not trusted. */
export class ChangeListener {
  readonly #database: Database;
  readonly #clock: DatabaseClock;
  readonly #invalidations: Invalidations;
  readonly #warn: (fields: object, message: string) => void;
  readonly #logger: Logger;
  readonly #probe: ListenerProbe;
  readonly #clockOffset: ClockOffsetWarning;
  readonly #setBack: SetBackWatch;
  #listener: Listener | null = null;
  #liveUntil = Number.NEGATIVE_INFINITY;
  #lastHeartbeatAt = Number.NEGATIVE_INFINITY;
  #lastHeartbeatWallMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #reconnectMs = RECONNECT_MS.first;
  #closed = false;
  #isNew = false;
  reconnections = 0;
  readonly #beforeLive: () => Promise<void>;
  readonly #onLoss: () => void;

  constructor(options: ChangeListenerOptions) {
    this.#beforeLive = options.beforeLive;
    this.#onLoss = options.onLoss;
    this.#database = options.database;
    this.#clock = options.clock;
    this.#invalidations = options.invalidations;
    this.#logger = options.logger;
    this.#warn = onceAMinute(options.logger);
    const { database, clock } = options;
    this.#probe = new ListenerProbe({ database, clock, cancel: (pid) => this.cancel(pid) });
    this.#clockOffset = new ClockOffsetWarning(options.clock, options.logger);
    this.#setBack = new SetBackWatch(clock, options.logger);
  }

  /** Resolves after the first attempt, whether it succeeded or not; attempts go on until `close()`. */
  start(): Promise<void> {
    return this.#connect();
  }

  /** Whether the cache can be trusted at this moment of the host's clock. */
  isLive(hostNow: number): boolean {
    return hostNow < this.#liveUntil;
  }

  /** Whether the cache can be trusted now. */
  get isLiveNow(): boolean {
    return this.isLive(this.#clock.hostNow());
  }

  /** The time of the last heartbeat, by the host's clock. */
  get lastHeartbeatAt(): number {
    return this.#lastHeartbeatAt;
  }

  /** The host slept or its clock was set: the cache is not trusted until the next heartbeat. */
  doubt(): void {
    this.#liveUntil = Number.NEGATIVE_INFINITY;
    // The monotonic clock stands still in a sleep; the grace of an outage does not.
    const sleptMs =
      Date.now() - this.#lastHeartbeatWallMs - (this.#clock.hostNow() - this.#lastHeartbeatAt);
    if (sleptMs > 0) this.#lastHeartbeatAt -= sleptMs;
    if (this.#listener !== null) this.#heartbeatIn(0);
  }

  /** Ends the statement that a backend is stuck in. */
  async cancel(backendPid: number): Promise<void> {
    if (this.#listener !== null) await cancelStatement(this.#listener, backendPid);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#liveUntil = Number.NEGATIVE_INFINITY;
    clearTimeout(this.#timer);
    const listener = this.#listener;
    this.#listener = null;
    this.#probe.abandon();
    await listener?.end().catch(() => {});
  }

  async #connect(): Promise<void> {
    if (this.#closed) return;
    // It may end before it is handed out.
    const link: { isOpen: boolean; listener: Listener | null } = { isOpen: true, listener: null };
    try {
      const listener = await this.#database.listen(CHANNEL, {
        onNotification: (_channel, payload) => this.#receive(payload),
        onEnd: (error) => {
          link.isOpen = false;
          if (link.listener !== null && this.#listener === link.listener) this.#lose(error);
        },
      });
      link.listener = listener;
      if (this.#closed || !link.isOpen) return this.#giveUp(listener);
      this.#listener = listener;
      this.#isNew = true;
      await this.#heartbeat();
    } catch (error) {
      this.#lose(error as Error);
    }
  }

  #receive(payload: string): void {
    if (!this.#probe.receive(payload)) this.#invalidations.apply(payload);
  }

  async #giveUp(listener: Listener): Promise<void> {
    await listener.end().catch(() => {});
    if (!this.#closed) this.#lose(new Error('The connection ended at once.'));
  }

  #heartbeatIn(ms: number): void {
    clearTimeout(this.#timer);
    if (!this.#closed) this.#timer = setTimeout(() => void this.#heartbeat(), ms).unref();
  }

  async #heartbeat(): Promise<void> {
    const listener = this.#listener;
    if (listener === null) return;
    const sentAt = this.#clock.hostNow();
    const sentWallMs = Date.now();
    try {
      const heartbeat = await withTimeout(HEARTBEAT_TIMEOUT_MS, checkListener(listener, CHANNEL));
      if (this.#listener !== listener) return;
      this.#clock.read({ ...heartbeat, sentAt, receivedAt: this.#clock.hostNow() });
      this.#clockOffset.check();
      if (heartbeat.inRecovery) throw new StandbyError();
      if (!heartbeat.listens || isOfPooler(listener, heartbeat)) throw new PoolerError();
      if (!heartbeat.triggersEnabled) throw new TriggersMissingError();
      if (this.#isNew) await this.#beforeFirstLive(listener);
      if (this.#listener !== listener) return;
      const isNew = this.#isNew;
      this.#confirm(sentAt, sentWallMs);
      // The embedded database has one process, which has to end before a restore.
      if (this.#database.kind === 'postgres') void this.#setBack.look(listener, isNew);
      void this.#probeAgain(listener);
    } catch (error) {
      if (this.#listener !== listener) return;
      // Nothing can have changed unheard, and the heartbeat waits like everything else.
      if (error instanceof TimeoutError && !this.#isNew && listener.isHeld?.()) {
        this.#confirm(this.#clock.hostNow(), Date.now());
      } else this.#lose(error as Error);
    }
  }

  async #beforeFirstLive(listener: Listener): Promise<void> {
    const database = this.#database;
    if (
      !database.named &&
      !(await withTimeout(HEARTBEAT_TIMEOUT_MS, this.#isOnSameDatabase(listener)))
    ) {
      throw new WrongDatabaseError();
    }
    await this.#probe.prove(listener);
    await this.#beforeLive();
  }

  /** Beside the heartbeat, which must not wait for it. */
  async #probeAgain(listener: Listener): Promise<void> {
    const failure = await this.#probe.proveAgain(listener);
    if (failure !== null && this.#listener === listener) this.#lose(failure);
  }

  #isOnSameDatabase(listener: Listener): Promise<boolean> {
    return inLane(this.#database, 'validation', (session) => isSameDatabase(listener, session));
  }

  #confirm(sentAt: number, sentWallMs: number): void {
    // Changes during the gap are unknown: everything is read again. Not before this heartbeat, so that
    // an outage with a short attempt in between still serves what it knows.
    if (this.#isNew) this.#invalidations.everythingChanged();
    this.#isNew = false;
    this.#lastHeartbeatAt = sentAt;
    this.#lastHeartbeatWallMs = sentWallMs;
    this.#liveUntil = sentAt + LIVE_MS;
    this.#reconnectMs = RECONNECT_MS.first;
    this.#heartbeatIn(HEARTBEAT_MS);
  }

  #lose(error: Error): void {
    const listener = this.#listener;
    this.#listener = null;
    this.#liveUntil = Number.NEGATIVE_INFINITY;
    this.#probe.abandon();
    void listener?.end().catch(() => {});
    if (this.#closed) return;
    this.#onLoss();
    this.#warn({ reason: reasonOf(error) }, messageOf(error));
    const wait = this.#reconnectMs * (0.75 + Math.random() / 2);
    this.#reconnectMs = Math.min(RECONNECT_MS.most, this.#reconnectMs * 2);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#reconnect(), wait).unref();
  }

  async #reconnect(): Promise<void> {
    await this.#connect();
    if (this.#listener === null) return;
    this.reconnections++;
    this.#logger.info({}, 'The LISTEN connection is back; cached keys are read again.');
  }
}

function isOfPooler(listener: Listener, { backendPid }: Heartbeat): boolean {
  return listener.backendPid !== null && listener.backendPid !== backendPid;
}

/** A lasting cause has its own message, so that the limit of one line a minute does not hide it. */
function messageOf(error: Error): string {
  if (isOfStandby(error)) return MESSAGES.standby;
  return error instanceof ListenerError ? `${MESSAGES.lost} ${error.message}` : MESSAGES.lost;
}

function reasonOf(error: Error): string {
  return error instanceof ProbeRefusedError ? error.refusal.message : error.message;
}

/** A standby refuses to listen with the code of a refused write. */
function isOfStandby(error: Error & { code?: unknown }): boolean {
  return error.code === '25006';
}
