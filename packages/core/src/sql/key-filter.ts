import { type ApiKeyStatus, isActiveSql, statusSql } from '../model/status.js';
import { expiresAtSql } from './key-columns.js';
import { unusedForSql } from './stale-keys.js';

/** What of all keys is looked for by what they are now. */
export interface Narrowing {
  readonly status: ApiKeyStatus | null;
  readonly unusedFor: number | 'never' | null;
  readonly expiresWithin: number | 'never' | null;
}

export interface KeyFilter extends Narrowing {
  readonly userId: string | null;
  readonly q: string | null;
  readonly scope: string | null;
  readonly metadata: Readonly<Record<string, string>> | null;
  readonly keyHash: Uint8Array | null;
}

/** A statement under construction: conditions and the parameters that they name. */
export class Conditions {
  readonly params: unknown[] = [];
  readonly #all: string[] = [];

  param(value: unknown): string {
    return `$${this.params.push(value)}`;
  }

  add(condition: string): void {
    this.#all.push(condition);
  }

  get where(): string {
    return this.#all.length === 0 ? '' : `where ${this.#all.join('\n  and ')}`;
  }
}

export function conditionsOf(filter: KeyFilter): Conditions {
  const conditions = new Conditions();
  if (filter.userId !== null) conditions.add(`k.user_id = ${conditions.param(filter.userId)}`);
  if (filter.keyHash !== null) conditions.add(`k.key_hash = ${conditions.param(filter.keyHash)}`);
  if (filter.q !== null) conditions.add(containing(conditions, filter.q));
  for (const condition of isIn(conditions, filter)) conditions.add(condition);
  if (filter.scope !== null) conditions.add(`${conditions.param(filter.scope)} = any(k.scopes)`);
  if (filter.metadata !== null) {
    conditions.add(`k.metadata @> ${conditions.param(JSON.stringify(filter.metadata))}::jsonb`);
  }
  return conditions;
}

/** In SQL, what the status of a row is and whether it is active: computed, or read where it was computed before. */
export interface StatusInSql {
  readonly isActive: string;
  readonly status: string;
}

const computed: StatusInSql = { isActive: isActiveSql, status: statusSql };

/** The conditions of a narrowing; none: all keys are in it. `k` is `keystamp.api_keys`, and `u` `keystamp.users` where the status is computed. */
export function isIn(
  conditions: Conditions,
  narrowing: Partial<Narrowing>,
  inSql: StatusInSql = computed,
): string[] {
  const { status = null, unusedFor = null, expiresWithin = null } = narrowing;
  const isActive = status === 'active' || unusedFor !== null || expiresWithin !== null;
  return [
    ...(isActive ? [inSql.isActive] : []),
    ...(status === null || status === 'active'
      ? []
      : [`${inSql.status} = ${conditions.param(status)}`]),
    ...(unusedFor === null ? [] : [isUnusedFor(conditions, unusedFor)]),
    ...(expiresWithin === null ? [] : [expiresIn(conditions, expiresWithin)]),
  ];
}

function expiresIn(conditions: Conditions, days: number | 'never'): string {
  if (days === 'never') return `${expiresAtSql} is null`;
  return `k.expires_at <= pg_catalog.clock_timestamp() + ${conditions.param(days)}::float8 * interval '24 hours'`;
}

function isUnusedFor(conditions: Conditions, days: number | 'never'): string {
  return days === 'never' ? 'k.last_used_at is null' : unusedForSql(conditions.param(days));
}

/** A shorter beginning than that of a key with the shortest label is no reason to show a key. */
const MIN_PREFIX = 8;

/** Where somebody has more of a key than its prefix, the prefix begins the text that is looked for. */
function containing(conditions: Conditions, q: string): string {
  const like = conditions.param(`%${escapeLike(q)}%`);
  const texts = [
    'k.name',
    'k.key_prefix',
    'u.email',
    'u.name',
    `pg_catalog.array_to_string(k.scopes, ' ')`,
  ];
  const found = texts.map((text) => `${text} ilike ${like}`);
  const longer = `(pg_catalog.length(k.key_prefix) >= ${MIN_PREFIX} and pg_catalog.starts_with(${conditions.param(q)}, k.key_prefix))`;
  return `(${[...found, longer].join(' or ')})`;
}

function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, (character) => `\\${character}`);
}

export function usersOf({ q, status, unusedFor, expiresWithin }: KeyFilter): string {
  const isNeeded = q !== null || status !== null || unusedFor !== null || expiresWithin !== null;
  return isNeeded ? 'join keystamp.users u on u.id = k.user_id' : '';
}
