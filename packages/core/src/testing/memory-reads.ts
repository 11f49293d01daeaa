import { toKeyHash } from '../key-format/api-key.js';
import { checkBeginning } from '../keys/find-keys.js';
import { checkEventQuery } from '../keys/list-events.js';
import { ALL_QUERY, checkListQuery } from '../keys/list-keys.js';
import { readerOf } from '../keys/ownership.js';
import { checkPolicy } from '../keys/sweep.js';
import type { Keystamp } from '../keystamp.js';
import { checkId, checkWholeNumber } from '../model/arguments.js';
import { type Cursor, encodeCursor } from '../model/cursor.js';
import type { KeyEvent } from '../model/key-event.js';
import { checkFields } from '../model/known-fields.js';
import type { KeyCounts, ListQuery } from '../model/list-query.js';
import type { SweepOutcome, SweptApiKey } from '../model/sweep.js';
import { isKept, MAX_FOUND_KEYS } from '../rules/index.js';
import type { KeyFilter, Narrowing } from '../sql/key-filter.js';
import type { EventFilter } from '../sql/list-events.js';
import type { KeyPage } from '../sql/list-keys.js';
import type { StaleAfter } from '../sql/stale-keys.js';
import type { Stop } from '../sql/stop-keys.js';
import type { HeldKey, Memory } from './memory.js';
import type { MemoryChanges } from './memory-changes.js';

const DAY_MS = 86_400_000;
const ALL_KEYS = 1_000_000_000;
/** The beginning of a key is no shorter where it stands for its prefix. */
const MIN_PREFIX = 8;

/** Reads keys and their history in memory, by the rules of the library. */
export class MemoryReads {
  readonly #memory: Memory;
  readonly #changes: MemoryChanges;

  constructor(memory: Memory, changes: MemoryChanges) {
    this.#memory = memory;
    this.#changes = changes;
  }

  get: Keystamp['getApiKey'] = async (id, within = {}) => {
    const held = this.#memory.find(checkId(id), readerOf(within));
    return held === null ? null : this.#memory.read(held);
  };

  find: Keystamp['findApiKeys'] = async (beginning, within = {}) => {
    const userId = readerOf(within);
    const text = checkBeginning(beginning);
    const isFound = ({ id, keyPrefix }: HeldKey) =>
      id.startsWith(text.toLowerCase()) || keyPrefix.startsWith(text);
    return this.#inOrder({ sort: 'created_at', order: 'desc' })
      .filter((key) => (userId === null || key.userId === userId) && isFound(key))
      .slice(0, MAX_FOUND_KEYS)
      .map((key) => this.#memory.read(key));
  };

  list: Keystamp['listApiKeys'] = async (given = {}) => {
    const { query, filter, page } = checkListQuery(given);
    const matching = this.#matching(filter, page);
    const from = page.after === null ? matching : matching.filter(isAfter(page, page.after));
    const keys = from.slice(0, page.limit);
    const last = keys.at(-1);
    const hasMore = from.length > keys.length && last !== undefined;
    return {
      keys: keys.map((key) => this.#memory.read(key)),
      nextCursor: hasMore ? encodeCursor({ ...page, ...positionOf(last, page.sort) }) : null,
      ...this.#tracking(),
      count: query.count === true ? matching.length : null,
      counts: query.counts === true ? this.#counts(filter) : null,
    };
  };

  listAll: Keystamp['listAllApiKeys'] = async (given = {}) => {
    const { limit = ALL_KEYS, ...rest } = checkFields(given, ALL_QUERY, 'query');
    checkWholeNumber(limit, 'limit', 1, ALL_KEYS);
    const { filter, page } = checkListQuery(rest as ListQuery);
    const matching = this.#matching(filter, page);
    const keys = matching.slice(0, limit).map((key) => this.#memory.read(key));
    return { keys, hasMore: matching.length > limit, ...this.#tracking() };
  };

  events: Keystamp['listEvents'] = async (given = {}) => {
    const { filter, newestOf, page } = checkEventQuery(given);
    const matching = this.#memory.events.filter(isOf(filter)).reverse();
    if (newestOf !== null) {
      const ids = new Set(newestOf);
      const events = matching.filter(({ keyId }) => ids.delete(keyId));
      return { events: structuredClone(events), nextCursor: null };
    }
    const { keyId, before, limit } = page;
    const from = matching.filter(
      (event) =>
        (keyId === null || event.keyId === keyId) &&
        (before === null || Number(event.id) < Number(before)),
    );
    const events = from.slice(0, limit);
    const nextCursor = from.length > limit ? (events.at(-1)?.id ?? null) : null;
    return { events: structuredClone(events), nextCursor };
  };

  sweep: Keystamp['sweep'] = async (given) => {
    const policy = checkPolicy(given);
    const counts: Record<SweepOutcome, number> = {
      disabled: 0,
      revoked: 0,
      kept: 0,
      used_meanwhile: 0,
      changed_meanwhile: 0,
    };
    const swept: SweptApiKey[] = [];
    for (const held of this.#inOrder({ sort: 'created_at', order: 'asc' })) {
      if (policy.userId !== null && held.userId !== policy.userId) continue;
      const stop = this.#stopOf(held, policy);
      if (stop === null) continue;
      const key = this.#memory.read(held);
      const isSpared = isKept(held.metadata, this.#memory.now());
      const outcome = isSpared ? 'kept' : stop;
      if (!isSpared && !policy.isDryRun) {
        this.#changes.stopOne(stop, key, policy.userId, policy.actor);
      }
      counts[outcome]++;
      swept.push({ key, outcome });
    }
    if (swept.length > 0) await policy.onKeys(swept);
    const { used_meanwhile, changed_meanwhile, ...rest } = counts;
    return { ...rest, usedMeanwhile: used_meanwhile, changedMeanwhile: changed_meanwhile };
  };

  #stopOf(
    key: HeldKey,
    { revoke, disable }: Record<'revoke' | 'disable', StaleAfter>,
  ): Stop | null {
    if (this.#isStale(key, revoke)) return 'revoked';
    return this.#isStale(key, disable) ? 'disabled' : null;
  }

  #isStale(key: HeldKey, { unusedDays, disabledDays }: StaleAfter): boolean {
    const isUnused =
      unusedDays !== null &&
      this.#memory.read(key).status === 'active' &&
      this.#isUnusedFor(key, unusedDays) &&
      !this.#wasEnabledWithin(key, unusedDays);
    const isDisabled =
      disabledDays !== null &&
      key.revokedAt === null &&
      key.disabledAt !== null &&
      key.disabledAt.getTime() < this.#daysAgo(disabledDays);
    return isUnused || isDisabled;
  }

  #wasEnabledWithin({ id }: HeldKey, days: number): boolean {
    return this.#memory.events.some(
      ({ keyId, kind, at }) =>
        keyId === id && kind === 'enabled' && at.getTime() >= this.#daysAgo(days),
    );
  }

  #isUnusedFor({ lastUsedAt, createdAt }: HeldKey, days: number): boolean {
    const { since, restoredAt } = this.#memory;
    const usedMs = lastUsedAt?.getTime() ?? Math.max(createdAt.getTime(), since.getTime());
    return Math.max(usedMs, restoredAt?.getTime() ?? 0) < this.#daysAgo(days);
  }

  #daysAgo(days: number): number {
    return this.#memory.now().getTime() - days * DAY_MS;
  }

  #tracking() {
    const { since, restoredAt } = this.#memory;
    return { trackingSince: new Date(since), restoredAt: restoredAt && new Date(restoredAt) };
  }

  #matching(filter: KeyFilter, page: Pick<KeyPage, 'sort' | 'order'>): HeldKey[] {
    const keyHash = filter.keyHash === null ? null : toKeyHash(filter.keyHash);
    return this.#inOrder(page).filter(
      (key) =>
        (filter.userId === null || key.userId === filter.userId) &&
        (keyHash === null || key.keyHash === keyHash) &&
        (filter.q === null || holds(key, filter.q)) &&
        (filter.scope === null || key.scopes.includes(filter.scope)) &&
        Object.entries(filter.metadata ?? {}).every(
          ([name, value]) => key.metadata[name] === value,
        ) &&
        this.#isIn(key, filter),
    );
  }

  #isIn(
    key: HeldKey,
    { status = null, unusedFor = null, expiresWithin = null }: Partial<Narrowing>,
  ) {
    const { status: itsStatus } = this.#memory.read(key);
    const mustBeActive = unusedFor !== null || expiresWithin !== null;
    if (mustBeActive && itsStatus !== 'active') return false;
    if (status !== null && itsStatus !== status) return false;
    if (unusedFor === 'never' && key.lastUsedAt !== null) return false;
    if (typeof unusedFor === 'number' && !this.#isUnusedFor(key, unusedFor)) return false;
    if (expiresWithin === null) return true;
    if (expiresWithin === 'never') return key.expiresAt === null;
    const endMs = this.#memory.now().getTime() + expiresWithin * DAY_MS;
    return key.expiresAt !== null && key.expiresAt.getTime() <= endMs;
  }

  #counts(filter: KeyFilter): KeyCounts {
    const any = { ...filter, status: null, unusedFor: null, expiresWithin: null };
    const all = this.#matching(any, { sort: 'created_at', order: 'asc' });
    const count = (narrowing: Partial<Narrowing>) =>
      all.filter((key) => this.#isIn(key, narrowing)).length;
    return {
      unusedFor30d: count({ unusedFor: 30 }),
      unusedFor90d: count({ unusedFor: 90 }),
      unusedFor365d: count({ unusedFor: 365 }),
      unusedForNever: count({ unusedFor: 'never' }),
      expiresWithin30d: count({ expiresWithin: 30 }),
      expiresWithinNever: count({ expiresWithin: 'never' }),
      statusDisabled: count({ status: 'disabled' }),
      isEstimate: false,
    };
  }

  #inOrder(page: Pick<KeyPage, 'sort' | 'order'>): HeldKey[] {
    return [...this.#memory.keys.values()].sort((a, b) =>
      compare(page, positionOf(a, page.sort), positionOf(b, page.sort)),
    );
  }
}

type Position = Pick<Cursor, 'value' | 'createdAt' | 'id'>;

function positionOf(key: HeldKey, sort: KeyPage['sort']): Position {
  const createdAt = String(key.createdUs);
  const us = (time: Date | null) =>
    time === null ? null : String(BigInt(time.getTime()) * 1_000n);
  const value = {
    last_used_at: us(key.lastUsedAt),
    created_at: createdAt,
    name: key.name.toLowerCase(),
    expires_at: us(key.expiresAt),
  }[sort];
  return { value, createdAt, id: key.id };
}

/** Nulls last either way; ties by the newest, as in `listKeys`. */
function compare(
  { sort, order }: Pick<KeyPage, 'sort' | 'order'>,
  a: Position,
  b: Position,
): number {
  const newest = Number(BigInt(b.createdAt) - BigInt(a.createdAt));
  if (sort === 'created_at') return order === 'desc' ? newest : -newest;
  if (a.value === null || b.value === null) {
    return a.value === b.value ? newest : a.value === null ? 1 : -1;
  }
  const by = sort === 'name' ? byText(a.value, b.value) : Number(BigInt(a.value) - BigInt(b.value));
  return by === 0 ? newest : order === 'asc' ? by : -by;
}

function byText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function isAfter(page: KeyPage, cursor: Cursor) {
  return (key: HeldKey) => compare(page, positionOf(key, page.sort), cursor) > 0;
}

function holds({ name, keyPrefix, scopes }: HeldKey, q: string): boolean {
  const text = q.toLowerCase();
  const isIn = [name, keyPrefix, scopes.join(' ')].some((one) => one.toLowerCase().includes(text));
  return isIn || (keyPrefix.length >= MIN_PREFIX && q.startsWith(keyPrefix));
}

function isOf({ userId, kind, actor, since, until }: EventFilter) {
  return (event: KeyEvent) => {
    const { kind: by, userId: byUser, keyId: byKey, name } = event.actor;
    return (
      (userId === null || event.userId === userId) &&
      (kind === null || event.kind === kind) &&
      (actor === null || [by, byUser, byKey, name].includes(actor)) &&
      (since === null || event.at >= since) &&
      (until === null || event.at < until)
    );
  };
}
