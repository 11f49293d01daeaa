import type { Database } from 'keystamp/database';
import { BatchReader } from '../../http/batch-reader.js';
import { ShortMemory } from '../../http/short-memory.js';
import { findSessions, type UserSession } from '../../sql/find-sessions.js';
import { markSessionSeen } from '../../sql/mark-session-seen.js';
import { hashSecret } from './session-id.js';

/** The form of the ids that `newSecret` makes. */
const SESSION_ID = /^[\w-]{43}$/;
const MAX_UNKNOWN = 10_000;
/** A restored backup brings sessions back. */
const UNKNOWN_FOR_MS = 60_000;

export interface FoundSession extends UserSession {
  readonly sessionHash: Buffer;
}

/**
 * Looks sessions up, the simultaneous ones in one statement. An id that no session has is remembered: the server makes
 * each id of 256 random bits, so that no sign-in, here or on another instance, ever begins a session of an id that
 * somebody made up. A session that has ended is looked up every time.
 */
export class SessionReader {
  readonly #database: Database;
  readonly #sessions: BatchReader<UserSession>;
  readonly #unknown = new ShortMemory<true>(MAX_UNKNOWN);
  readonly #marking = new Set<string>();

  constructor(database: Database) {
    this.#database = database;
    this.#sessions = new BatchReader((hashes) => findSessions(database, hashes));
  }

  /** Null: no session, one that is over, or a deactivated user's. */
  async find(id: string): Promise<FoundSession | null> {
    if (!SESSION_ID.test(id)) return null;
    const sessionHash = hashSecret(id);
    const key = sessionHash.toString('base64');
    if (this.#unknown.get(key)) return null;
    const session = await this.#sessions.read(key);
    if (session === null) this.#unknown.set(key, true, UNKNOWN_FOR_MS);
    return session?.isAlive ? { ...session, sessionHash } : null;
  }

  /** One statement, however many requests of the session come at once. */
  async markSeen(sessionHash: Buffer): Promise<void> {
    const key = sessionHash.toString('base64');
    if (this.#marking.has(key)) return;
    this.#marking.add(key);
    try {
      await markSessionSeen(this.#database, sessionHash);
    } finally {
      this.#marking.delete(key);
    }
  }
}
