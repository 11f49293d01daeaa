set local lock_timeout = '500ms';

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
