import type { EVENT_KINDS } from '../rules/index.js';
import type { Actor } from './actor.js';

export type KeyEventKind = (typeof EVENT_KINDS)[number];

/** A value before and after a change; times are ISO 8601. */
export interface ChangedValue {
  readonly from: unknown;
  readonly to: unknown;
}

/** One line of the history of a key. */
export interface KeyEvent {
  /** Grows with time; a whole number as text. */
  readonly id: string;
  readonly keyId: string;
  /** As the key was called after the change. */
  readonly keyName: string | null;
  readonly keyPrefix: string | null;
  /** Whose key it was after the change. */
  readonly userId: string;
  readonly at: Date;
  readonly kind: KeyEventKind;
  readonly actor: Actor;
  /** The address of the client; null: unknown. */
  readonly fromAddress: string | null;
  /** The fields that changed, by the names of their columns. Null: none (as of `deleted`). A new text of the key is `key_hash`, without values. */
  readonly changed: Readonly<Record<string, ChangedValue>> | null;
  /** Of a refused key alone; null of all else. */
  readonly refusal: RefusedUse | null;
}

/** How a key that may not act was presented. */
export interface RefusedUse {
  readonly reason: 'revoked' | 'expired' | 'disabled' | 'user_inactive';
  /** What was asked for, as in `GET /orders/:id`; null: unknown. */
  readonly route: string | null;
  /** The client's network, as in `192.0.2.0/24` or `2001:db8::/48`; null: unknown. */
  readonly network: string | null;
}

export interface EventQuery {
  keyId?: string | undefined;
  /** Only of keys that were this user's at the time; left out: everybody's. Not undefined, as in `Ownership`. */
  userId?: string;
  kind?: KeyEventKind | undefined;
  /** A kind of actor, or the id of a user or key, or the name of the actor. */
  actor?: string | undefined;
  /** From this time on. */
  since?: Date | undefined;
  /** Before this time. */
  until?: Date | undefined;
  /** 1 to 1,000. Default 50. */
  limit?: number | undefined;
  /** `nextCursor` of the page before, with the same query otherwise. */
  cursor?: string | undefined;
  /**
   * The ids of 1 to 100 keys: the newest event of each that fits the rest of the query, on one page. In place of `keyId`,
   * `limit` and `cursor`.
   */
  newestOf?: readonly string[] | undefined;
}

export interface ListedEvents {
  /** Newest first. */
  readonly events: KeyEvent[];
  /** Null: this is the last page. */
  readonly nextCursor: string | null;
}
