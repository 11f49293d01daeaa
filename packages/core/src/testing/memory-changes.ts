import { randomUUID } from 'node:crypto';
import { ArgumentError } from '../errors.js';
import { generateApiKey, toKeyHash } from '../key-format/api-key.js';
import {
  checkNewKey,
  checkRotation,
  checkUpdate,
  type KeyToIssue,
  successorOf,
} from '../keys/check-input.js';
import { hashesOf, idempotencyKeyReused, notReissued } from '../keys/idempotency.js';
import { checkImports } from '../keys/import-keys.js';
import { ROTATED_TO } from '../keys/issue-keys.js';
import { actorOf, clientOf, onlyActorOf, ownerOf } from '../keys/ownership.js';
import { requireRoom } from '../keys/room.js';
import { keyRevoked, requireRotatable, scopeWidened } from '../keys/rotation.js';
import type { ChangeOptions, IssuedApiKey, Keystamp } from '../keystamp.js';
import { checkId } from '../model/arguments.js';
import { type BulkOutcome, checkSeenKeys, type SeenApiKey } from '../model/bulk-change.js';
import type { UserApiKey } from '../model/user-api-key.js';
import type { Stop } from '../sql/stop-keys.js';
import type { KeyUpdate } from '../sql/update-key.js';
import type { HeldKey, Memory } from './memory.js';

const DAY_MS = 86_400_000;

export interface MemorySettings {
  readonly label: string;
  readonly maxKeysPerUser: number;
  readonly maxExpiryDays: number | null;
}

/** What each change of a key needs: its holder, and by whom it is made. */
interface Change {
  readonly held: HeldKey;
  readonly actor: string;
}

/** Makes and changes keys in memory, by the rules of the library: what is refused here is refused there. */
export class MemoryChanges {
  readonly #memory: Memory;
  readonly #settings: MemorySettings;

  constructor(memory: Memory, settings: MemorySettings) {
    this.#memory = memory;
    this.#settings = settings;
  }

  create: Keystamp['createApiKey'] = async (input, by = {}) => {
    const { maxExpiryDays, maxKeysPerUser } = this.#settings;
    const { key, idempotencyKey, client } = checkNewKey(input, this.#nowMs, maxExpiryDays);
    const actor = onlyActorOf(by);
    requireNoClient(client);
    return this.#issueOnce(idempotencyKey, { create: key }, key, actor, () => {
      requireRoom(this.#memory.countOf(key.userId), maxKeysPerUser);
      return this.#issue(key, actor);
    });
  };

  rotate: Keystamp['rotateApiKey'] = async (given, options = {}, by = {}) => {
    const { maxExpiryDays, maxKeysPerUser } = this.#settings;
    const { graceSeconds, idempotencyKey } = checkRotation(options);
    const found = this.#find(given, by);
    if (found === null) return null;
    const { held, actor } = found;
    const owner = ownerOf(by);
    const content = { rotate: held.id, graceSeconds };
    return this.#issueOnce(idempotencyKey, content, held, actor, async () => {
      const key = this.#memory.read(held);
      await requireRotatable(key, owner, async (id) => this.#read(id, owner));
      requireRoom(this.#memory.countOf(held.userId), ROTATED_TO * maxKeysPerUser);
      const issued = this.#issue(successorOf(key, this.#nowMs, maxExpiryDays), actor);
      const graceMs = this.#nowMs + graceSeconds * 1_000;
      const endMs = Math.min(held.expiresAt?.getTime() ?? graceMs, graceMs);
      const fields = { successorId: issued.key.id, expiresAt: new Date(endMs) };
      this.#memory.change(held, fields, actor);
      return issued;
    });
  };

  update: Keystamp['updateApiKey'] = async (id, changes, by = {}) => {
    const { maxExpiryDays, maxKeysPerUser } = this.#settings;
    const update = checkUpdate(id, changes, ownerOf(by), this.#nowMs, maxExpiryDays);
    const found = this.#find(id, by);
    if (found === null) return null;
    const { held, actor } = found;
    const { newUserId } = update;
    if (newUserId !== undefined && newUserId !== held.userId) {
      requireRoom(this.#memory.countOf(newUserId), maxKeysPerUser);
    }
    requireTaken(held, update);
    if (newUserId !== undefined) this.#memory.addUser(newUserId);
    return this.#memory.change(held, fieldsOf(update), actor);
  };

  disable: Keystamp['disableApiKey'] = async (id, by = {}) => {
    const found = this.#find(id, by);
    if (found === null) return null;
    const { held, actor } = found;
    if (held.revokedAt !== null) throw keyRevoked();
    const disabledNow = held.disabledAt === null;
    const fields = disabledNow ? { disabledAt: this.#memory.now() } : {};
    return { ...this.#memory.change(held, fields, actor), disabledNow };
  };

  enable: Keystamp['enableApiKey'] = async (id, by = {}) => {
    const found = this.#find(id, by);
    if (found === null) return null;
    const { held, actor } = found;
    if (held.revokedAt !== null) throw keyRevoked();
    const enabledNow = held.disabledAt !== null;
    return { ...this.#memory.change(held, { disabledAt: null }, actor), enabledNow };
  };

  revoke: Keystamp['revokeApiKey'] = async (id, by = {}) => {
    const found = this.#find(id, by);
    if (found === null) return null;
    const { held, actor } = found;
    const revokedNow = held.revokedAt === null;
    const fields = revokedNow ? { revokedAt: this.#memory.now() } : {};
    return { ...this.#memory.change(held, fields, actor), revokedNow };
  };

  delete: Keystamp['deleteApiKey'] = async (id, by = {}) => {
    const found = this.#find(id, by);
    return found === null ? null : this.#memory.delete(found.held, found.actor);
  };

  async stopMany<S extends Stop>(
    stop: S,
    keys: readonly SeenApiKey[],
    by: ChangeOptions = {},
  ): Promise<BulkOutcome<S>[]> {
    const checked = checkSeenKeys(keys);
    requireNoClient(clientOf(by));
    const [owner, actor] = [ownerOf(by), actorOf(by)];
    return checked.map((seen) => this.stopOne(stop, seen, owner, actor));
  }

  stopOne<S extends Stop>(
    stop: S,
    { id, lastUsedAt }: SeenApiKey,
    owner: string | null,
    actor: string,
  ): BulkOutcome<S> {
    const held = this.#memory.find(id, owner);
    if (held === null) return { id, keyPrefix: null, outcome: 'not_found' };
    const { keyPrefix } = held;
    const isStopped = held.revokedAt !== null || (stop === 'disabled' && held.disabledAt !== null);
    if (isStopped) return { id, keyPrefix, outcome: 'already' };
    const isUsed =
      held.lastUsedAt !== null && (lastUsedAt === null || held.lastUsedAt > lastUsedAt);
    if (isUsed) return { id, keyPrefix, outcome: 'used_meanwhile' };
    const now = this.#memory.now();
    const fields = stop === 'revoked' ? { revokedAt: now } : { disabledAt: now };
    this.#memory.change(held, fields, actor);
    return { id, keyPrefix, outcome: stop };
  }

  import: Keystamp['importApiKeys'] = async (keys, options = {}) => {
    const { checked, session, actor } = checkImports(keys, options, this.#nowMs);
    requireNoClient(session, 'session');
    return checked.map((key) => {
      const keyHash = toKeyHash(key.keyHash);
      if (this.#memory.byHash.has(keyHash)) return 'exists';
      const { keyPrefix = '', scopes = [], metadata = {}, createdAt, ...rest } = key;
      const made = { ...rest, keyPrefix, scopes, metadata, predecessorId: null };
      this.#add(
        { ...made, expiresAt: rest.expiresAt ?? null, note: rest.note ?? null },
        keyHash,
        actor,
        {
          createdAt: createdAt ?? this.#memory.now(),
          disabledAt: key.disabledAt ?? null,
          revokedAt: key.revokedAt ?? null,
          lastUsedAt: key.lastUsedAt ?? null,
          isImported: true,
        },
      );
      return 'imported';
    });
  };

  get #nowMs(): number {
    return this.#memory.now().getTime();
  }

  #find(id: string, by: ChangeOptions): Change | null {
    checkId(id);
    requireNoClient(clientOf(by));
    const actor = actorOf(by);
    const held = this.#memory.find(id.toLowerCase(), ownerOf(by));
    return held === null ? null : { held, actor };
  }

  #read(id: string, owner: string | null): UserApiKey | null {
    const held = this.#memory.find(id, owner);
    return held === null ? null : this.#memory.read(held);
  }

  async #issueOnce(
    value: string | null,
    content: object,
    as: Pick<HeldKey, 'userId' | 'scopes'>,
    actor: string,
    make: () => IssuedApiKey | Promise<IssuedApiKey>,
  ): Promise<IssuedApiKey> {
    if (value === null) return make();
    const hashes = hashesOf(value, content);
    const name = Buffer.from(hashes.value).toString('hex');
    const earlier = this.#memory.earlierCalls.get(name);
    if (earlier === undefined || earlier.atMs < this.#nowMs - DAY_MS) {
      const issued = await make();
      const call = {
        content: Buffer.from(hashes.content),
        keyId: issued.key.id,
        atMs: this.#nowMs,
      };
      this.#memory.earlierCalls.set(name, call);
      return issued;
    }
    if (!earlier.content.equals(hashes.content)) throw idempotencyKeyReused();
    return this.#reissue(earlier.keyId, as, actor);
  }

  #reissue(id: string, as: Pick<HeldKey, 'userId' | 'scopes'>, actor: string): IssuedApiKey {
    const held = this.#memory.find(id, as.userId);
    const isAsMade =
      held !== null &&
      held.scopes.join(' ') === as.scopes.join(' ') &&
      held.lastUsedAt === null &&
      held.successorId === null &&
      ['active', 'user_inactive'].includes(this.#memory.read(held).status);
    if (!isAsMade) throw notReissued(id, this.#read(id, null));
    const { apiKey, ...text } = generateApiKey(this.#settings.label);
    return { apiKey, key: this.#memory.change(held, text, actor), isReissued: true };
  }

  #issue(key: KeyToIssue, actor: string): IssuedApiKey {
    const { apiKey, keyPrefix, keyHash } = generateApiKey(this.#settings.label);
    const made = this.#add({ ...key, keyPrefix }, keyHash, actor, {
      createdAt: this.#memory.now(),
      disabledAt: null,
      revokedAt: null,
      lastUsedAt: null,
      isImported: false,
    });
    return { apiKey, key: made, isReissued: false };
  }

  #add(
    {
      userId,
      name,
      note,
      metadata,
      keyPrefix,
      scopes,
      expiresAt,
      predecessorId,
    }: KeyToIssue & {
      readonly keyPrefix: string;
    },
    keyHash: string,
    actor: string,
    times: Pick<HeldKey, 'createdAt' | 'disabledAt' | 'revokedAt' | 'lastUsedAt' | 'isImported'>,
  ): UserApiKey {
    this.#memory.addUser(userId);
    const key = { userId, name, note, metadata, keyPrefix, scopes, expiresAt, predecessorId };
    const createdUs = this.#memory.createdUs(times.createdAt);
    const made = { ...structuredClone(key), ...times, createdUs, keyHash, successorId: null };
    return this.#memory.add({ id: randomUUID(), ...made }, actor);
  }
}

/** Nothing here can be rolled back. */
function requireNoClient(client: unknown, field = 'client'): void {
  if (client === undefined) return;
  throw new ArgumentError(field, 'none: an instance of keystamp/testing has no database');
}

/** As `updateKey`: a revoked key takes a note and metadata alone, and a scoped one keeps a scope. */
function requireTaken({ revokedAt, scopes }: HeldKey, update: KeyUpdate): void {
  const { name, scopes: newScopes, expiresAt, newUserId } = update;
  const isOfRevoked = [name, newScopes, expiresAt, newUserId].every((one) => one === undefined);
  if (revokedAt !== null && !isOfRevoked) throw keyRevoked();
  if (scopes.length > 0 && newScopes?.length === 0) throw scopeWidened();
}

function fieldsOf({ name, scopes, expiresAt, note, metadata, newUserId }: KeyUpdate) {
  const fields = { name, scopes, expiresAt, note, metadata, userId: newUserId };
  return Object.fromEntries(
    Object.entries(fields).flatMap(([field, value]) =>
      value === undefined ? [] : [[field, structuredClone(value)]],
    ),
  ) as Partial<HeldKey>;
}
