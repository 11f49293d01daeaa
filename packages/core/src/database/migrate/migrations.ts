// The SQL files of packages/core/migrations, written by `npm run migrations`; not edited by hand.
import type { Migration } from './migration.js';

export const migrations: readonly Migration[] = [
  {
    name: '000001_users_and_api_keys',
    up: `-- "create schema if not exists" asks for the right to create schemas, also where the schema is there already.
do $$ begin
  if pg_catalog.to_regnamespace('keystamp') is null then
    create schema keystamp;
  end if;
end $$;

create table keystamp.users (
  id text constraint users_pkey primary key,
  email text,
  name text,
  is_admin boolean not null default false,
  is_active boolean not null default true,
  created_at timestamptz not null default now()
);

-- One account per address, whatever the case of its letters; sign-in looks users up by it.
create unique index users_email_key on keystamp.users (lower(email));

-- The fillfactor leaves room on every page, so that a new last_used_at stays on the page of its row (HOT).
create table keystamp.api_keys (
  id uuid constraint api_keys_pkey primary key default gen_random_uuid(),
  user_id text not null constraint api_keys_user_id_fkey references keystamp.users (id) on delete cascade,
  name text not null,
  key_prefix text not null,
  key_hash bytea not null constraint api_keys_key_hash_key unique,
  scopes text[] not null default '{}',
  expires_at timestamptz,
  revoked_at timestamptz,
  created_at timestamptz not null default now()
) with (fillfactor = 70);

-- Lists one user's keys; the cascade from users needs it too.
create index api_keys_user_id_idx on keystamp.api_keys (user_id);
`,
    down: `drop table keystamp.api_keys;
drop table keystamp.users;
`,
  },
  {
    name: '000002_last_used_at',
    up: `-- A nullable column without a default: no rewrite. The lock is short, and waiting for it is bounded,
-- because everybody else queues behind a waiting ALTER TABLE.
set local lock_timeout = '500ms';

ALTER TABLE keystamp.api_keys ADD COLUMN last_used_at TIMESTAMPTZ NULL;

-- The day from which "no use recorded" says something. It stays through down and up again.
create table if not exists keystamp.tracking (
  only_row boolean constraint tracking_pkey primary key default true constraint tracking_one_row check (only_row),
  since timestamptz not null default now()
);

insert into keystamp.tracking default values on conflict do nothing;
`,
    down: `set local lock_timeout = '500ms';

ALTER TABLE keystamp.api_keys DROP COLUMN last_used_at;
`,
  },
  {
    name: '000003_notify_changes',
    up: `set local lock_timeout = '500ms';

-- Channel keystamp_changes, payload: what changed and the bucket it falls in.
--   k<0..1023>  keys whose hash begins with these 10 bits
--   u<0..1023>  users whose SHA-256 of the id begins with these 10 bits
--   *           everything (after a truncate)
-- Equal payloads of a transaction are one message, so that a change of any number of keys is at most 1,024.
create function keystamp.bucket_of(hash bytea) returns integer
  language sql immutable strict parallel safe
  return (get_byte(hash, 0) << 2) | (get_byte(hash, 1) >> 6);

create function keystamp.notify_key_change() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then
    perform pg_notify('keystamp_changes', 'k' || keystamp.bucket_of(old.key_hash));
  end if;
  if tg_op = 'INSERT' or (tg_op = 'UPDATE' and new.key_hash <> old.key_hash) then
    perform pg_notify('keystamp_changes', 'k' || keystamp.bucket_of(new.key_hash));
  end if;
  return null;
end
$$;

create function keystamp.notify_user_change() returns trigger language plpgsql as $$
begin
  perform pg_notify('keystamp_changes', 'u' || keystamp.bucket_of(sha256(convert_to(old.id, 'UTF8'))));
  return null;
end
$$;

create function keystamp.notify_everything() returns trigger language plpgsql as $$
begin
  perform pg_notify('keystamp_changes', '*');
  return null;
end
$$;

create trigger api_keys_changed after insert or delete on keystamp.api_keys
  for each row execute function keystamp.notify_key_change();

-- Every column but last_used_at: a flush must not fire it.
create trigger api_keys_updated after update of id, user_id, name, key_prefix, key_hash, scopes, expires_at, revoked_at, created_at
  on keystamp.api_keys for each row when (
    (old.id, old.user_id, old.name, old.key_prefix, old.key_hash, old.scopes, old.expires_at, old.revoked_at, old.created_at)
    is distinct from
    (new.id, new.user_id, new.name, new.key_prefix, new.key_hash, new.scopes, new.expires_at, new.revoked_at, new.created_at)
  ) execute function keystamp.notify_key_change();

create trigger api_keys_truncated after truncate on keystamp.api_keys
  for each statement execute function keystamp.notify_everything();

-- A deleted user's keys go by the cascade, which tells of each of them.
create trigger users_updated after update of id, email, is_active, is_admin
  on keystamp.users for each row when (
    (old.id, old.email, old.is_active, old.is_admin) is distinct from (new.id, new.email, new.is_active, new.is_admin)
  ) execute function keystamp.notify_user_change();

create trigger users_truncated after truncate on keystamp.users
  for each statement execute function keystamp.notify_everything();

-- Instances that run already, as after a down, have heard of nothing since.
select pg_notify('keystamp_changes', '*');
`,
    down: `set local lock_timeout = '500ms';

drop trigger users_truncated on keystamp.users;
drop trigger users_updated on keystamp.users;
drop trigger api_keys_truncated on keystamp.api_keys;
drop trigger api_keys_updated on keystamp.api_keys;
drop trigger api_keys_changed on keystamp.api_keys;
drop function keystamp.notify_everything();
drop function keystamp.notify_user_change();
drop function keystamp.notify_key_change();
drop function keystamp.bucket_of(bytea);
`,
  },
  {
    name: '000004_api_keys_created_at_index',
    up: `set local lock_timeout = '500ms';

-- Pages through all keys in the order of their making, the order that no use changes.
create index api_keys_created_at_id_idx on keystamp.api_keys (created_at, id);
`,
    down: `set local lock_timeout = '500ms';

drop index keystamp.api_keys_created_at_id_idx;
`,
  },
  {
    name: '000006_imported_keys',
    up: `set local lock_timeout = '500ms';

-- Keys imported by their hash may have any shape; only while there are such are other shapes looked up.
-- A constant default: no rewrite.
alter table keystamp.api_keys add column imported boolean not null default false;

-- Answers whether there is any.
create index api_keys_imported_idx on keystamp.api_keys (id) where imported;

-- Channel keystamp_changes, payload i: imported keys came or went.
create function keystamp.notify_import() returns trigger language plpgsql as $$
begin
  perform pg_notify('keystamp_changes', 'i');
  return null;
end
$$;

create trigger api_keys_imported after insert on keystamp.api_keys
  for each row when (new.imported) execute function keystamp.notify_import();

create trigger api_keys_imported_deleted after delete on keystamp.api_keys
  for each row when (old.imported) execute function keystamp.notify_import();
`,
    down: `set local lock_timeout = '500ms';

drop trigger api_keys_imported_deleted on keystamp.api_keys;
drop trigger api_keys_imported on keystamp.api_keys;
drop function keystamp.notify_import();
drop index keystamp.api_keys_imported_idx;
alter table keystamp.api_keys drop column imported;
`,
  },
  {
    name: '000008_successor',
    up: `set local lock_timeout = '500ms';

-- The key that replaced this one by rotation: a key has one at most. Nullable, without a default: no rewrite. No foreign
-- key: a successor that was deleted was one still. Validation asks nothing of it, so no trigger of 000003 names it.
alter table keystamp.api_keys add column successor_id uuid;
`,
    down: `set local lock_timeout = '500ms';

alter table keystamp.api_keys drop column successor_id;
`,
  },
  {
    name: '000009_imported_by_hand',
    up: `set local lock_timeout = '500ms';

-- A key that becomes an imported one, or no longer is, by hand.
create trigger api_keys_imported_updated after update of imported on keystamp.api_keys
  for each row when (old.imported <> new.imported) execute function keystamp.notify_import();
`,
    down: `set local lock_timeout = '500ms';

drop trigger api_keys_imported_updated on keystamp.api_keys;
`,
  },
  {
    name: '000011_idempotency_keys',
    up: `-- Requests that made a key, so that one that is sent again is answered with the same key.
create table keystamp.idempotency_keys (
  -- SHA-256 of the value that names the request.
  value_hash bytea constraint idempotency_keys_pkey primary key,
  -- SHA-256 of what the request says.
  content_hash bytea not null,
  -- The key that was made. No foreign key: a deleted key was made too. Null: none was made.
  key_id uuid,
  created_at timestamptz not null default now()
);

-- Finds the rows that are over a day old, to remove them.
create index idempotency_keys_created_at_idx on keystamp.idempotency_keys (created_at);
`,
    down: `set local lock_timeout = '500ms';

drop table keystamp.idempotency_keys;
`,
  },
  {
    name: '000012_search_path',
    up: `set local lock_timeout = '500ms';

-- A function looks names up by the search path of whoever fires it, unless it has one of its own: with that, what another
-- role defines in "public" never runs in its place.
alter function keystamp.bucket_of(bytea) set search_path = pg_catalog, pg_temp;
alter function keystamp.notify_key_change() set search_path = pg_catalog, pg_temp;
alter function keystamp.notify_user_change() set search_path = pg_catalog, pg_temp;
alter function keystamp.notify_everything() set search_path = pg_catalog, pg_temp;
alter function keystamp.notify_import() set search_path = pg_catalog, pg_temp;

-- A trigger's condition keeps the operators that were found when it was made: this one compares arrays, for which an
-- operator of another role could be the better match. It is the trigger of 000003, made again.
create or replace trigger api_keys_updated after update of id, user_id, name, key_prefix, key_hash, scopes, expires_at, revoked_at, created_at
  on keystamp.api_keys for each row when (
    (old.id, old.user_id, old.name, old.key_prefix, old.key_hash, old.scopes, old.expires_at, old.revoked_at, old.created_at)
    is distinct from
    (new.id, new.user_id, new.name, new.key_prefix, new.key_hash, new.scopes, new.expires_at, new.revoked_at, new.created_at)
  ) execute function keystamp.notify_key_change();
`,
    down: `set local lock_timeout = '500ms';

alter function keystamp.bucket_of(bytea) reset search_path;
alter function keystamp.notify_key_change() reset search_path;
alter function keystamp.notify_user_change() reset search_path;
alter function keystamp.notify_everything() reset search_path;
alter function keystamp.notify_import() reset search_path;
`,
  },
  {
    name: '000013_listener_probe',
    up: `set local lock_timeout = '500ms';

-- A table can have its triggers while their notifications go elsewhere: it is distributed, or a function was replaced. So each
-- instance proves about once a minute that it hears a change of both tables, which touches no row.
-- Payload of a probe: k0<000..999> and u0<000..999>. No bucket is written with a leading zero; an instance of the version
-- before takes it for a change of that one bucket.

create or replace function keystamp.notify_key_change() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  if tg_level = 'STATEMENT' then
    if current_setting('keystamp.probe', true) <> '' then
      perform pg_notify('keystamp_changes', 'k' || current_setting('keystamp.probe'));
    end if;
    return null;
  end if;
  if tg_op <> 'INSERT' then
    perform pg_notify('keystamp_changes', 'k' || keystamp.bucket_of(old.key_hash));
  end if;
  if tg_op = 'INSERT' or (tg_op = 'UPDATE' and new.key_hash <> old.key_hash) then
    perform pg_notify('keystamp_changes', 'k' || keystamp.bucket_of(new.key_hash));
  end if;
  return null;
end
$$;

create or replace function keystamp.notify_user_change() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  if tg_level = 'STATEMENT' then
    if current_setting('keystamp.probe', true) <> '' then
      perform pg_notify('keystamp_changes', 'u' || current_setting('keystamp.probe'));
    end if;
    return null;
  end if;
  perform pg_notify('keystamp_changes', 'u' || keystamp.bucket_of(sha256(convert_to(old.id, 'UTF8'))));
  return null;
end
$$;

create trigger api_keys_probed after update of id on keystamp.api_keys
  for each statement execute function keystamp.notify_key_change();

create trigger users_probed after update of id on keystamp.users
  for each statement execute function keystamp.notify_user_change();

-- By the rights of its owner: a role that may only read keys proves it too. All that it can do is send these two notifications.
create function keystamp.probe_listeners(token text) returns void language plpgsql security definer
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '1s' as $$
begin
  perform set_config('keystamp.probe', token, true);
  -- Triggers for each statement fire without a row too.
  update keystamp.api_keys set id = id where false;
  update keystamp.users set id = id where false;
  perform set_config('keystamp.probe', '', true);
end
$$;
`,
    down: `set local lock_timeout = '500ms';

drop trigger api_keys_probed on keystamp.api_keys;
drop trigger users_probed on keystamp.users;
drop function keystamp.probe_listeners(text);

create or replace function keystamp.notify_key_change() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op <> 'INSERT' then
    perform pg_notify('keystamp_changes', 'k' || keystamp.bucket_of(old.key_hash));
  end if;
  if tg_op = 'INSERT' or (tg_op = 'UPDATE' and new.key_hash <> old.key_hash) then
    perform pg_notify('keystamp_changes', 'k' || keystamp.bucket_of(new.key_hash));
  end if;
  return null;
end
$$;

create or replace function keystamp.notify_user_change() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  perform pg_notify('keystamp_changes', 'u' || keystamp.bucket_of(sha256(convert_to(old.id, 'UTF8'))));
  return null;
end
$$;
`,
  },
  {
    name: '000014_restored_backup',
    up: `set local lock_timeout = '500ms';

-- Between a backup and its restore uses are lost. An operator books the two times; null: no restore is booked.
alter table keystamp.tracking
  add column backup_at timestamptz null,
  add column restored_at timestamptz null,
  -- The oid under which this table was made. A dump that is restored makes the table again, under another one.
  add column made_as oid null;

update keystamp.tracking set made_as = tableoid;
`,
    down: `set local lock_timeout = '500ms';

alter table keystamp.tracking drop column made_as, drop column restored_at, drop column backup_at;
`,
  },
  {
    name: '000015_disable_and_describe',
    up: `set local lock_timeout = '500ms';

-- Nullable, or with a constant default: no rewrite.
alter table keystamp.api_keys
  -- A stop that can be taken back. Null: not disabled.
  add column disabled_at timestamptz null,
  -- What people write on a key, and pairs of text for programs.
  add column note text null,
  add column metadata jsonb not null default '{}',
  -- The key that this one replaced by rotation. No foreign key: a deleted key was replaced too.
  add column predecessor_id uuid null;

-- As in 000012, with the columns above: validation returns them.
create or replace trigger api_keys_updated after update of
    id, user_id, name, key_prefix, key_hash, scopes, expires_at, revoked_at, disabled_at, created_at, note, metadata, successor_id, predecessor_id
  on keystamp.api_keys for each row when (
    (old.id, old.user_id, old.name, old.key_prefix, old.key_hash, old.scopes, old.expires_at, old.revoked_at, old.disabled_at, old.created_at,
      old.note, old.metadata, old.successor_id, old.predecessor_id)
    is distinct from
    (new.id, new.user_id, new.name, new.key_prefix, new.key_hash, new.scopes, new.expires_at, new.revoked_at, new.disabled_at, new.created_at,
      new.note, new.metadata, new.successor_id, new.predecessor_id)
  ) execute function keystamp.notify_key_change();
`,
    down: `set local lock_timeout = '500ms';

-- A disabled key would work again: it is revoked instead.
update keystamp.api_keys set revoked_at = disabled_at where disabled_at is not null and revoked_at is null;

create or replace trigger api_keys_updated after update of id, user_id, name, key_prefix, key_hash, scopes, expires_at, revoked_at, created_at
  on keystamp.api_keys for each row when (
    (old.id, old.user_id, old.name, old.key_prefix, old.key_hash, old.scopes, old.expires_at, old.revoked_at, old.created_at)
    is distinct from
    (new.id, new.user_id, new.name, new.key_prefix, new.key_hash, new.scopes, new.expires_at, new.revoked_at, new.created_at)
  ) execute function keystamp.notify_key_change();

alter table keystamp.api_keys
  drop column disabled_at,
  drop column note,
  drop column metadata,
  drop column predecessor_id;
`,
  },
  {
    name: '000016_key_events',
    up: `set local lock_timeout = '500ms';

-- The predecessors of keys that were rotated before: not in 000015, because nothing reads the table while that holds it. Before
-- there is a history, which begins here; and without notifications, because no instance has read a key with the column yet.
alter table keystamp.api_keys disable trigger api_keys_updated;
update keystamp.api_keys successor set predecessor_id = k.id
from keystamp.api_keys k where k.successor_id = successor.id;
alter table keystamp.api_keys enable trigger api_keys_updated;

-- The history of keys: what changed and who did it, never a use. No foreign key: it outlives the key.
create table keystamp.key_events (
  id bigint generated always as identity constraint key_events_pkey primary key,
  key_id uuid not null,
  -- Whose key it was after the change.
  user_id text not null,
  at timestamptz not null default clock_timestamp(),
  kind text not null constraint key_events_kind_check check (kind in
    ('created', 'updated', 'disabled', 'enabled', 'revoked', 'rotated', 'moved', 'deleted', 'imported', 'refused')),
  -- {"kind": …, "user_id": …, "key_id": …, "name": …}
  actor jsonb not null,
  from_address text null,
  -- {"name": …, "key_prefix": …}, and {"changed": {"<column>": {"from": …, "to": …}}}, or of a refused key
  -- {"reason": …, "route": …, "network": …}
  detail jsonb not null,
  -- Of a refused key: the hour and the change before it. A whole fleet writes one row for both.
  slot text null
);

create index key_events_key_id_id_idx on keystamp.key_events (key_id, id);
create index key_events_user_id_id_idx on keystamp.key_events (user_id, id);
-- Finds what is old enough to be removed.
create index key_events_at_idx on keystamp.key_events (at);
create unique index key_events_key_id_slot_key on keystamp.key_events (key_id, slot) where slot is not null;

-- Writes the history in the transaction of each change, also of one by hand. The statement itself says who, in a setting that
-- ends with its transaction; without one it is a role of the database. By the rights of the owner: who may change keys
-- needs no right on the history.
create function keystamp.record_key_event() returns trigger language plpgsql security definer
  set search_path = pg_catalog, pg_temp
  set timezone = 'UTC' as $$
declare
  said constant jsonb := nullif(current_setting('keystamp.actor', true), '')::jsonb;
  -- What is no actor of Keystamp is nobody's word: it counts as not said.
  actor constant jsonb := case
    when said ->> 'kind' in ('session', 'key', 'cli', 'library', 'policy') then jsonb_build_object(
      'kind', said ->> 'kind', 'user_id', said ->> 'user_id', 'key_id', said ->> 'key_id', 'name', said ->> 'name')
    else jsonb_build_object('kind', 'database', 'user_id', null, 'key_id', null, 'name', session_user)
  end;
  address constant text := said ->> 'from_address';
  changed jsonb;
  kind text;
begin
  if tg_op = 'TRUNCATE' then
    insert into keystamp.key_events (key_id, user_id, kind, actor, from_address, detail)
    select k.id, k.user_id, 'deleted', actor, address, jsonb_build_object('name', k.name, 'key_prefix', k.key_prefix)
    from keystamp.api_keys k;
    return null;
  end if;
  if tg_op = 'DELETE' then
    insert into keystamp.key_events (key_id, user_id, kind, actor, from_address, detail)
    values (old.id, old.user_id, 'deleted', actor, address,
      jsonb_build_object('name', old.name, 'key_prefix', old.key_prefix));
    return null;
  end if;
  if tg_op = 'INSERT' then
    kind := case when new.imported then 'imported' else 'created' end;
    if new.predecessor_id is not null then
      changed := jsonb_build_object('predecessor_id', jsonb_build_object('from', null, 'to', new.predecessor_id));
    end if;
  else
    select jsonb_object_agg(a.key, jsonb_build_object('from', b.value, 'to', a.value)) into changed
    from jsonb_each(to_jsonb(new) - 'key_hash' - 'last_used_at') a
    join jsonb_each(to_jsonb(old) - 'key_hash' - 'last_used_at') b on b.key = a.key
    where a.value <> b.value;
    -- Its hash says nothing to a reader, and is not for one.
    if new.key_hash <> old.key_hash then
      changed := coalesce(changed, '{}') || jsonb_build_object('key_hash', jsonb_build_object('from', null, 'to', null));
    end if;
    if changed is null then
      return null;
    end if;
    kind := case
      when new.revoked_at is not null and old.revoked_at is null then 'revoked'
      when new.disabled_at is not null and old.disabled_at is null then 'disabled'
      when new.disabled_at is null and old.disabled_at is not null then 'enabled'
      when new.successor_id is not null and changed ? 'successor_id' then 'rotated'
      when new.user_id <> old.user_id then 'moved'
      else 'updated'
    end;
  end if;
  insert into keystamp.key_events (key_id, user_id, kind, actor, from_address, detail)
  values (new.id, new.user_id, kind, actor, address,
    jsonb_build_object('name', new.name, 'key_prefix', new.key_prefix)
      || case when changed is null then '{}' else jsonb_build_object('changed', changed) end);
  return null;
end
$$;

-- A trigger needs no right to fire. With the right, any role could fire the function for a table of its own, and so write
-- into the history, and run its own casts with the rights of the owner.
revoke execute on function keystamp.record_key_event() from public;

create trigger api_keys_history after insert or delete on keystamp.api_keys
  for each row execute function keystamp.record_key_event();

-- Every column but last_used_at: a use is in no history.
create trigger api_keys_history_updated after update of
    id, user_id, name, key_prefix, key_hash, scopes, expires_at, revoked_at, disabled_at, created_at, note, metadata,
    successor_id, predecessor_id, imported
  on keystamp.api_keys for each row execute function keystamp.record_key_event();

create trigger api_keys_history_truncated before truncate on keystamp.api_keys
  for each statement execute function keystamp.record_key_event();
`,
    down: `set local lock_timeout = '500ms';

drop trigger api_keys_history_truncated on keystamp.api_keys;
drop trigger api_keys_history_updated on keystamp.api_keys;
drop trigger api_keys_history on keystamp.api_keys;
drop function keystamp.record_key_event();
drop table keystamp.key_events;
`,
  },
  {
    name: '000017_sweep',
    up: `set local lock_timeout = '500ms';

-- Until when a key is kept from the policy for unused keys, as its metadata says: a day in UTC, to its end, or a time. Null: it
-- says nothing. What cannot be read keeps the key for good: that is the safe side.
create function keystamp.keep_until(metadata jsonb) returns timestamptz language plpgsql stable
  set search_path = pg_catalog, pg_temp
  set timezone = 'UTC' as $$
declare
  said constant text := metadata ->> 'keep-until';
begin
  if not metadata ? 'keep-until' then
    return null;
  end if;
  if said ~ '^\\d{4}-\\d{2}-\\d{2}$' then
    return said::timestamptz + interval '24 hours';
  end if;
  if said ~ '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,9})?)?(Z|[+-]\\d{2}:\\d{2})?$' then
    return said::timestamptz;
  end if;
  return 'infinity';
exception when data_exception then
  return 'infinity';
end
$$;
`,
    down: `set local lock_timeout = '500ms';

drop function keystamp.keep_until(jsonb);
`,
  },
];
