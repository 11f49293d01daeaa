import type { Client } from 'pg';
import type { AcquireOptions } from '../../async/semaphore.js';
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
  VALIDATION_WAIT_MS,
} from '../database.js';
import { send } from '../postgres/postgres-connection.js';
import { readIdentity } from '../read-identity.js';
import type { OneSession } from './one-session.js';
import { OwnClient } from './own-client.js';

export const TURN_OF: Readonly<Record<Lane, AcquireOptions>> = {
  validation: { isUrgent: true, withinMs: VALIDATION_WAIT_MS },
  upkeep: { isUrgent: true },
  other: {},
};

/** What ends with the database. */
export interface FolderOwner {
  readonly folder: string;
  announce(url: string): void;
  /** Lets nobody else in any more. */
  dismissGuests(): Promise<void>;
  /** Ends what sends statements by itself; they still get their turns. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

/** Opens the database of a folder that this process has, over its one session. */
export async function openFolderDatabase(
  session: OneSession,
  owner: FolderOwner,
): Promise<FolderDatabase> {
  const client = new OwnClient(session);
  const endTurn = await session.take();
  try {
    await client.connected();
  } finally {
    endTurn();
  }
  return new FolderDatabase(session, client, owner);
}

const UNNAMED = { name: undefined, timeoutMs: 0 };

export class FolderDatabase implements Database {
  readonly kind = 'embedded';
  readonly named = true;
  readonly #session: OneSession;
  readonly #client: OwnClient;
  readonly #owner: FolderOwner;
  readonly #listeners = new Set<() => Promise<void>>();
  #ended: Promise<void> | undefined;

  constructor(session: OneSession, client: OwnClient, owner: FolderOwner) {
    this.#session = session;
    this.#client = client;
    this.#owner = owner;
  }

  get isEnded(): boolean {
    return this.#ended !== undefined;
  }

  query<R = Row>(text: string, params?: readonly unknown[]): Promise<QueryResult<R>> {
    return this.#inTurn({}, text, params);
  }

  async identify(): Promise<DatabaseIdentity> {
    const { version } = await readIdentity(this);
    return { kind: 'embedded', version, folder: this.#owner.folder };
  }

  async connect(lane: Lane = 'other'): Promise<Session> {
    const endTurn = await this.#session.take(TURN_OF[lane]);
    try {
      return new OwnTurn(await this.#client.connected(), endTurn);
    } catch (error) {
      endTurn();
      throw error;
    }
  }

  connectDirect(): Promise<Session> {
    return this.connect();
  }

  async listen(channel: string, handlers: ListenHandlers): Promise<Listener> {
    checkChannel(channel);
    const endTurn = await this.#session.take();
    try {
      const client = await this.#client.connected();
      const end = this.#hear(client, channel, handlers);
      await send(client, `listen ${channel}`, undefined, UNNAMED).catch(async (error) => {
        await end();
        throw error;
      });
      return {
        backendPid: null,
        query: (text, params) => this.#inTurn(TURN_OF.upkeep, text, params),
        isHeld: () => this.#session.isHeld,
        end,
      };
    } finally {
      endTurn();
    }
  }

  #hear(client: Client, channel: string, handlers: ListenHandlers): () => Promise<void> {
    const onNotification = (message: { channel: string; payload?: string | undefined }) => {
      if (message.channel === channel) handlers.onNotification(channel, message.payload ?? '');
    };
    const onEnd = (error: Error) => {
      void end();
      handlers.onEnd(error);
    };
    const end = async () => {
      this.#listeners.delete(end);
      client.off('notification', onNotification);
      client.off('error', onEnd);
    };
    client.on('notification', onNotification);
    client.on('error', onEnd);
    this.#listeners.add(end);
    return end;
  }

  announce(url: string): void {
    this.#owner.announce(url);
  }

  dismissGuests(): Promise<void> {
    return this.#owner.dismissGuests();
  }

  end(): Promise<void> {
    this.#ended ??= this.#end();
    return this.#ended;
  }

  async #end(): Promise<void> {
    for (const end of [...this.#listeners]) await end();
    await this.#owner.dismissGuests();
    await this.#owner.stop();
    const endTurn = await this.#session.take();
    try {
      await this.#client.end();
    } finally {
      await this.#owner.close();
      endTurn();
    }
  }

  async #inTurn<R = Row>(
    turn: AcquireOptions,
    text: string,
    params?: readonly unknown[],
  ): Promise<QueryResult<R>> {
    const endTurn = await this.#session.take(turn);
    try {
      return await send<R>(await this.#client.connected(), text, params, UNNAMED);
    } finally {
      endTurn();
    }
  }
}

/** The session for a turn. A transaction that is open at its end is rolled back. */
class OwnTurn implements Session {
  readonly backendPid = null;
  readonly #client: Client;
  readonly #endTurn: () => void;
  #mayBeOpen = false;
  #released = false;

  constructor(client: Client, endTurn: () => void) {
    this.#client = client;
    this.#endTurn = endTurn;
  }

  query<R = Row>(text: string, params?: readonly unknown[]): Promise<QueryResult<R>> {
    if (this.#released) return Promise.reject(new Error('The session was released'));
    if (/\bbegin\b/i.test(text)) this.#mayBeOpen = true;
    if (/^\s*(commit|rollback)\s*;?\s*$/i.test(text)) this.#mayBeOpen = false;
    return send<R>(this.#client, text, params, UNNAMED);
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    const closed = this.#mayBeOpen ? send(this.#client, 'rollback', undefined, UNNAMED) : null;
    Promise.resolve(closed)
      .catch(() => {})
      .finally(this.#endTurn);
  }
}
