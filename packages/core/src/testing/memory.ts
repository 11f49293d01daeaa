import type { KeyHash } from '../key-format/api-key.js';
import type { Actor } from '../model/actor.js';
import type { ChangedValue, KeyEvent, KeyEventKind, RefusedUse } from '../model/key-event.js';
import { statusOf } from '../model/status.js';
import type { KeyUser, UserApiKey } from '../model/user-api-key.js';

type Mutable<T> = { -readonly [Field in keyof T]: T[Field] };

/** A key as it is held: what is read out of it is a copy. */
export interface HeldKey extends Mutable<Omit<UserApiKey, 'status' | 'userEmail'>> {
  keyHash: KeyHash;
  readonly isImported: boolean;
  /** Microseconds since 1970, of which no two keys have the same: the order of creation. */
  readonly createdUs: bigint;
}

/** An earlier call with an idempotency key. */
export interface EarlierCall {
  readonly content: Buffer;
  readonly keyId: string;
  readonly atMs: number;
}

/** Fields of a key whose changes the history names, with their columns. */
const COLUMNS = {
  userId: 'user_id',
  name: 'name',
  note: 'note',
  metadata: 'metadata',
  keyPrefix: 'key_prefix',
  scopes: 'scopes',
  expiresAt: 'expires_at',
  disabledAt: 'disabled_at',
  revokedAt: 'revoked_at',
  predecessorId: 'predecessor_id',
  successorId: 'successor_id',
} as const;

/** What a database would hold. */
export class Memory {
  readonly keys = new Map<string, HeldKey>();
  readonly byHash = new Map<KeyHash, HeldKey>();
  readonly users = new Map<string, KeyUser>();
  readonly events: KeyEvent[] = [];
  readonly earlierCalls = new Map<string, EarlierCall>();
  readonly since: Date;
  restoredAt: Date | null = null;
  readonly #now: () => number;
  #lastUs = 0n;

  constructor(now: () => number) {
    this.#now = now;
    this.since = this.now();
  }

  now(): Date {
    return new Date(this.#now());
  }

  /** Null: no such key, or of another user. */
  find(id: string, userId: string | null): HeldKey | null {
    const key = this.keys.get(id);
    return key === undefined || (userId !== null && key.userId !== userId) ? null : key;
  }

  userOf({ userId }: HeldKey): KeyUser {
    return this.users.get(userId) as KeyUser;
  }

  addUser(id: string): void {
    if (this.users.has(id)) return;
    this.users.set(id, Object.freeze({ id, email: null, isActive: true, isAdmin: false }));
  }

  countOf(userId: string): number {
    return [...this.keys.values()].filter((key) => key.userId === userId).length;
  }

  /** Times of one millisecond follow each other. */
  createdUs(createdAt: Date): bigint {
    const us = BigInt(createdAt.getTime()) * 1_000n;
    this.#lastUs = us > this.#lastUs ? us : this.#lastUs + 1n;
    return this.#lastUs / 1_000n === us / 1_000n ? this.#lastUs : us;
  }

  add(key: HeldKey, actor: string): UserApiKey {
    this.keys.set(key.id, key);
    this.byHash.set(key.keyHash, key);
    const { predecessorId } = key;
    const changed =
      predecessorId === null ? null : { predecessor_id: { from: null, to: predecessorId } };
    this.#note(key, key.isImported ? 'imported' : 'created', actor, changed);
    return this.read(key);
  }

  /** Changes a key and writes the history of it, as the trigger of the database does. */
  change(key: HeldKey, fields: Partial<HeldKey>, actor: string): UserApiKey {
    const before = { ...key };
    if (fields.keyHash !== undefined) this.byHash.delete(key.keyHash);
    Object.assign(key, fields);
    this.byHash.set(key.keyHash, key);
    const changed = changesOf(before, key);
    if (changed !== null) this.#note(key, kindOf(before, key), actor, changed);
    return this.read(key);
  }

  delete(key: HeldKey, actor: string): UserApiKey {
    const record = this.read(key);
    this.keys.delete(key.id);
    this.byHash.delete(key.keyHash);
    this.#note(key, 'deleted', actor, null);
    return record;
  }

  /** A use that was refused: one event a key, reason and hour. */
  refuse(key: HeldKey, refusal: RefusedUse): void {
    const hour = Math.floor(this.#now() / 3_600_000);
    const isNoted = this.events.some(
      (event) =>
        event.keyId === key.id &&
        event.refusal?.reason === refusal.reason &&
        Math.floor(event.at.getTime() / 3_600_000) === hour,
    );
    if (isNoted) return;
    const actor = JSON.stringify({ kind: 'key', user_id: key.userId, key_id: key.id });
    this.#note(key, 'refused', actor, null, refusal);
  }

  read(key: HeldKey): UserApiKey {
    const { keyHash, isImported, createdUs, ...record } = key;
    const user = this.userOf(key);
    return {
      ...structuredClone(record),
      scopes: Object.freeze([...key.scopes]),
      metadata: Object.freeze({ ...key.metadata }),
      userEmail: user.email,
      status: statusOf(factsOf(key, user), this.#now()),
    };
  }

  #note(
    key: HeldKey,
    kind: KeyEventKind,
    by: string,
    changed: Record<string, ChangedValue> | null,
    refusal: RefusedUse | null = null,
  ): void {
    const { kind: actorKind, user_id, key_id, name, from_address } = JSON.parse(by);
    const actor: Actor = {
      kind: actorKind,
      userId: user_id ?? null,
      keyId: key_id ?? null,
      name: name ?? null,
    };
    this.events.push({
      id: String(this.events.length + 1),
      keyId: key.id,
      keyName: key.name,
      keyPrefix: key.keyPrefix,
      userId: key.userId,
      at: this.now(),
      kind,
      actor,
      fromAddress: from_address ?? null,
      changed,
      refusal,
    });
  }
}

export function factsOf(key: HeldKey, user: KeyUser) {
  return {
    revokedAtMs: key.revokedAt?.getTime() ?? null,
    expiresAtMs: key.expiresAt?.getTime() ?? null,
    isDisabled: key.disabledAt !== null,
    userIsActive: user.isActive,
    userIsAdmin: user.isAdmin,
    scopes: key.scopes,
  };
}

function changesOf(before: HeldKey, after: HeldKey): Record<string, ChangedValue> | null {
  const shown = (value: unknown) => JSON.parse(JSON.stringify(value));
  const pairs = Object.entries(COLUMNS).flatMap(([field, column]) => {
    const [from, to] = [shown(before[field as never]), shown(after[field as never])];
    return JSON.stringify(from) === JSON.stringify(to) ? [] : [[column, { from, to }] as const];
  });
  if (before.keyHash !== after.keyHash) pairs.push(['key_hash' as never, { from: null, to: null }]);
  return pairs.length === 0 ? null : Object.fromEntries(pairs);
}

/** The same order as in `keystamp.record_key_event`. */
function kindOf(before: HeldKey, after: HeldKey): KeyEventKind {
  if (after.revokedAt !== null && before.revokedAt === null) return 'revoked';
  if (after.disabledAt !== null && before.disabledAt === null) return 'disabled';
  if (after.disabledAt === null && before.disabledAt !== null) return 'enabled';
  if (after.successorId !== null && before.successorId === null) return 'rotated';
  return after.userId === before.userId ? 'updated' : 'moved';
}
