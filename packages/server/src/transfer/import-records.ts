import type { Executor } from 'keystamp/database';
import type { RecordKind } from './record-checks.js';

/** What one batch of records did. */
export interface ImportedRecords {
  readonly added: number;
  /** Places of records in the batch that cannot be added, each with the reason. */
  readonly faults: readonly { readonly at: number; readonly what: string }[];
}

const lines = 'pg_catalog.unnest($1::text[]) with ordinality as l (line, n)';
const recordsAs = (columns: string) =>
  `${lines}, pg_catalog.json_to_record(l.line::json) as r (${columns})`;

const users = `insert into keystamp.users (id, email, name, password_hash, is_admin, is_active, created_at)
select r.id, r.email, r.name, r.password_hash, r.is_admin, r.is_active, r.created_at
from ${recordsAs('id text, email text, name text, password_hash text, is_admin boolean, is_active boolean, created_at timestamptz')}
where not exists (select from keystamp.users u where lower(u.email) = lower(r.id) and u.id <> r.id)
order by l.n
on conflict do nothing`;

const missingUsers = `select l.n::int as n from ${recordsAs('id text')}
where not exists (select from keystamp.users u where u.id = r.id)`;

const withoutUser = `select l.n::int as n from ${recordsAs('user_id text')}
where not exists (select from keystamp.users u where u.id = r.user_id)`;

const subjects = `insert into keystamp.oidc_subjects (issuer, subject, user_id, bound_at)
select r.issuer, r.subject, r.user_id, r.bound_at
from ${recordsAs('issuer text, subject text, user_id text, bound_at timestamptz')}
order by l.n
on conflict do nothing`;

// The history of a key that had one here before the import ($2: the last event then) is here already.
const events = `insert into keystamp.key_events (key_id, user_id, at, kind, actor, from_address, detail, slot)
select r.key_id, r.user_id, r.at, r.kind, coalesce(r.actor, 'null'), r.from_address, coalesce(r.detail, 'null'), r.slot
from ${recordsAs('key_id uuid, user_id text, at timestamptz, kind text, actor jsonb, from_address text, detail jsonb, slot text')}
where not exists (select from keystamp.key_events e where e.key_id = r.key_id and e.id <= $2)
order by l.n
on conflict do nothing`;

// An import may set last_used_at, as the library's does.
const keys = `insert into keystamp.api_keys (id, user_id, name, key_prefix, key_hash, scopes, created_at, expires_at, disabled_at,
  revoked_at, last_used_at, note, metadata, imported, successor_id, predecessor_id)
select r.id, r.user_id, r.name, r.key_prefix, decode(r.key_hash, 'hex'), r.scopes, r.created_at, r.expires_at, r.disabled_at,
  r.revoked_at, r.last_used_at, r.note, coalesce(r.metadata, 'null'), r.imported, r.successor_id, r.predecessor_id
from ${recordsAs(`id uuid, user_id text, name text, key_prefix text, key_hash text, scopes text[], created_at timestamptz,
  expires_at timestamptz, disabled_at timestamptz, revoked_at timestamptz, last_used_at timestamptz, note text, metadata jsonb,
  imported boolean, successor_id uuid, predecessor_id uuid`)}
order by l.n
on conflict do nothing
returning id`;

const missingKeys = `select l.n::int as n from ${recordsAs('key_hash text')}
where not exists (select from keystamp.api_keys k where k.key_hash = decode(r.key_hash, 'hex'))`;

const lastEvent = `select coalesce(max(id), 0)::text as id from keystamp.key_events`;

// The trigger takes a key that Keystamp made for a new one.
const asImported = `update keystamp.key_events set kind = 'imported' where key_id = any ($1::uuid[]) and id > $2 and kind = 'created'`;

/** The number of the newest event. */
export async function readLastEvent(executor: Executor): Promise<string> {
  return (await executor.query<{ id: string }>(lastEvent)).rows[0]?.id ?? '0';
}

/** Adds records of one kind, each as its line of JSON. What is there already is left alone. `lastEventBefore`: as the import began. */
export async function importRecords(
  executor: Executor,
  kind: RecordKind,
  batch: readonly string[],
  lastEventBefore: string,
): Promise<ImportedRecords> {
  if (kind === 'user') {
    const added = await count(executor, users, [batch]);
    const what = 'email: expected an address, and an id, that no other user has';
    return { added, faults: await faults(executor, missingUsers, batch, what) };
  }
  if (kind === 'event') {
    return { added: await count(executor, events, [batch, lastEventBefore]), faults: [] };
  }
  const what = 'user_id: expected a user of this file, or of the database';
  const strangers = await faults(executor, withoutUser, batch, what);
  if (strangers.length > 0) return { added: 0, faults: strangers };
  if (kind === 'oidc_subject') {
    return { added: await count(executor, subjects, [batch]), faults: [] };
  }
  const added = await addKeys(executor, batch);
  const taken = 'id: another key in the database has it';
  return { added, faults: await faults(executor, missingKeys, batch, taken) };
}

async function addKeys(executor: Executor, batch: readonly string[]): Promise<number> {
  const before = await readLastEvent(executor);
  const { rows } = await executor.query<{ id: string }>(keys, [batch]);
  await executor.query(asImported, [rows.map(({ id }) => id), before]);
  return rows.length;
}

async function count(executor: Executor, text: string, params: readonly unknown[]) {
  return (await executor.query(text, params)).rowCount ?? 0;
}

async function faults(executor: Executor, text: string, batch: readonly string[], what: string) {
  const { rows } = await executor.query<{ n: number }>(text, [batch]);
  return rows.map(({ n }) => ({ at: n - 1, what }));
}
