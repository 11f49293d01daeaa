import { within } from '../async/with-timeout.js';
import { ClockOffsetWarning } from '../clock/clock-offset.js';
import type { DatabaseClock } from '../clock/database-clock.js';
import { type Database, inLane, type Listener } from '../database/database.js';
import { isSameDatabase } from '../database/is-same-database.js';
import { StandbyError } from '../database/standby.js';
import type { Logger } from '../keystamp.js';
import { onceAMinute } from '../log.js';
import { cancelStatement } from '../sql/cancel-statement.js';
import { checkHearing, type ProofOfHearing } from '../sql/check-listener.js';
import type { Changes } from './invalidations.js';
import {
  Deafness,
  ElsewhereError,
  MuteError,
  PoolerError,
  UnprovableError,
} from './listener-errors.js';
import { ListenerProbe } from './listener-probe.js';
import { SetBackWatch } from './set-back-watch.js';

export const CHANNEL = 'keystamp_changes';

/** A dead TCP connection is silent: the connection is asked so often whether it still hears. */
const BEAT_MS = 2_000;
const BEAT_WITHIN_MS = 3_000;
/** A proof of hearing is good for so long. With the beat and its limit, nobody trusts a cache 10 s after the last change could be heard. */
const TRUST_MS = 6_000;
const RECONNECT_MS = { first: 100, most: 2_000 };

const MESSAGES = {
  lost: 'Changes made elsewhere are not heard; every validation asks the database until they are.',
  // The address has to lead to the primary.
  standby: 'The database that the address leads to is a standby or a demoted primary.',
};

/** The connection on which changes made elsewhere are heard. While it cannot be trusted, neither can the cache. */
export class Hearing {
  readonly #database: Database;
  readonly #clock: DatabaseClock;
  readonly #changes: Changes;
  readonly #warn: (fields: object, message: string) => void;
  readonly #logger: Logger;
  readonly #probe: ListenerProbe;
  readonly #clockOffset: ClockOffsetWarning;
  readonly #setBack: SetBackWatch;
  #listener: Listener | null = null;
  #trustedUntil = Number.NEGATIVE_INFINITY;
  #provenAt = Number.NEGATIVE_INFINITY;
  #provenWallMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #reconnectMs = RECONNECT_MS.first;
  #closed = false;
  #isNew = false;
  reconnections = 0;
  /** Awaited before a new connection is trusted: from then on nothing cached counts, so the database should be in reach. */
  beforeTrust: () => Promise<void> = async () => {};
  /** Called whenever the connection is lost, or an attempt at a new one failed. */
  onLoss: () => void = () => {};

  constructor(options: {
    database: Database;
    clock: DatabaseClock;
    changes: Changes;
    logger: Logger;
  }) {
    this.#database = options.database;
    this.#clock = options.clock;
    this.#changes = options.changes;
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

  /** Whether what is cached may be believed at this moment of the host's clock. */
  trusts(hostNow: number): boolean {
    return hostNow < this.#trustedUntil;
  }

  /** Whether what is cached may be believed now. */
  get isTrusted(): boolean {
    return this.trusts(this.#clock.hostNow());
  }

  /** When hearing was last proved, by the host's clock. */
  get provenAt(): number {
    return this.#provenAt;
  }

  /** The host slept or its clock was set: believes nothing until the connection has answered again. */
  doubt(): void {
    this.#trustedUntil = Number.NEGATIVE_INFINITY;
    // The monotonic clock stands still in a sleep; the grace of an outage does not.
    const sleptMs = Date.now() - this.#provenWallMs - (this.#clock.hostNow() - this.#provenAt);
    if (sleptMs > 0) this.#provenAt -= sleptMs;
    if (this.#listener !== null) this.#beatIn(0);
  }

  /** Ends the statement that a backend is stuck in. */
  async cancel(backendPid: number): Promise<void> {
    if (this.#listener !== null) await cancelStatement(this.#listener, backendPid);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#trustedUntil = Number.NEGATIVE_INFINITY;
    clearTimeout(this.#timer);
    const listener = this.#listener;
    this.#listener = null;
    this.#probe.abandon();
    await listener?.end().catch(() => {});
  }

  async #connect(): Promise<void> {
    if (this.#closed) return;
    const link = { isOpen: true };
    try {
      const listener = await this.#database.listen(CHANNEL, {
        onNotification: (_channel, payload) => this.#hear(payload),
        onEnd: (error) => {
          link.isOpen = false;
          if (this.#listener === listener) this.#lose(error);
        },
      });
      if (this.#closed || !link.isOpen) return this.#giveUp(listener);
      this.#listener = listener;
      this.#isNew = true;
      await this.#beat();
    } catch (error) {
      this.#lose(error as Error);
    }
  }

  #hear(payload: string): void {
    if (!this.#probe.hear(payload)) this.#changes.hear(payload);
  }

  async #giveUp(listener: Listener): Promise<void> {
    await listener.end().catch(() => {});
    if (!this.#closed) this.#lose(new Error('The connection ended at once.'));
  }

  #beatIn(ms: number): void {
    clearTimeout(this.#timer);
    if (!this.#closed) this.#timer = setTimeout(() => void this.#beat(), ms).unref();
  }

  async #beat(): Promise<void> {
    const listener = this.#listener;
    if (listener === null) return;
    const sentAt = this.#clock.hostNow();
    const sentWallMs = Date.now();
    try {
      const proof = await within(BEAT_WITHIN_MS, checkHearing(listener, CHANNEL));
      if (this.#listener !== listener) return;
      this.#clock.read({ ...proof, sentAt, receivedAt: this.#clock.hostNow() });
      this.#clockOffset.check();
      if (proof.inRecovery) throw new StandbyError();
      if (!proof.listens || isOfPooler(listener, proof)) throw new PoolerError();
      if (!proof.tells) throw new MuteError();
      if (this.#isNew) await this.#beforeFirstTrust(listener);
      if (this.#listener !== listener) return;
      const isNew = this.#isNew;
      this.#prove(sentAt, sentWallMs);
      // The embedded database has one process, which has to end before a restore.
      if (this.#database.kind === 'postgres') void this.#setBack.look(listener, isNew);
      void this.#probeAgain(listener);
    } catch (error) {
      if (this.#listener === listener) this.#lose(error as Error);
    }
  }

  async #beforeFirstTrust(listener: Listener): Promise<void> {
    const database = this.#database;
    if (!database.named && !(await within(BEAT_WITHIN_MS, this.#leadsToSame(listener)))) {
      throw new ElsewhereError();
    }
    await this.#probe.prove(listener);
    await this.beforeTrust();
  }

  /** Beside the heartbeat, which must not wait for it. */
  async #probeAgain(listener: Listener): Promise<void> {
    const failure = await this.#probe.proveAgain(listener);
    if (failure !== null && this.#listener === listener) this.#lose(failure);
  }

  #leadsToSame(listener: Listener): Promise<boolean> {
    return inLane(this.#database, 'validation', (session) => isSameDatabase(listener, session));
  }

  #prove(sentAt: number, sentWallMs: number): void {
    // What changed while nobody listened is not known: everything is read anew. Not before this proof, so that
    // an outage with a short attempt in between still serves what it knows.
    if (this.#isNew) this.#changes.everythingChanged();
    this.#isNew = false;
    this.#provenAt = sentAt;
    this.#provenWallMs = sentWallMs;
    this.#trustedUntil = sentAt + TRUST_MS;
    this.#reconnectMs = RECONNECT_MS.first;
    this.#beatIn(BEAT_MS);
  }

  #lose(error: Error): void {
    const listener = this.#listener;
    this.#listener = null;
    this.#trustedUntil = Number.NEGATIVE_INFINITY;
    this.#probe.abandon();
    void listener?.end().catch(() => {});
    if (this.#closed) return;
    this.onLoss();
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
    this.#logger.info({}, 'Changes made elsewhere are heard again; the cache starts fresh.');
  }
}

function isOfPooler(listener: Listener, { backendPid }: ProofOfHearing): boolean {
  return listener.backendPid !== null && listener.backendPid !== backendPid;
}

/** What does not pass by itself is told apart, and not only once the minute of something else is over. */
function messageOf(error: Error): string {
  if (isOfStandby(error)) return MESSAGES.standby;
  return error instanceof Deafness ? `${MESSAGES.lost} ${error.message}` : MESSAGES.lost;
}

function reasonOf(error: Error): string {
  return error instanceof UnprovableError ? error.refusal.message : error.message;
}

/** A standby refuses to listen with the code of a refused write. */
function isOfStandby(error: Error & { code?: unknown }): boolean {
  return error.code === '25006';
}
