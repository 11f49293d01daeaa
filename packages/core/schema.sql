-- What all migrations together make. Written by `npm run schema`; not edited by hand.

create schema keystamp;

create table keystamp.api_keys (
  id uuid default gen_random_uuid() not null,
  user_id text not null,
  name text not null,
  key_prefix text not null,
  key_hash bytea not null,
  scopes text[] default '{}'::text[] not null,
  expires_at timestamp with time zone,
  revoked_at timestamp with time zone,
  created_at timestamp with time zone default now() not null,
  last_used_at timestamp with time zone,
  imported boolean default false not null,
  successor_id uuid,
  disabled_at timestamp with time zone,
  note text,
  metadata jsonb default '{}'::jsonb not null,
  predecessor_id uuid
) with (fillfactor=70);

create table keystamp.idempotency_keys (
  value_hash bytea not null,
  content_hash bytea not null,
  key_id uuid,
  created_at timestamp with time zone default now() not null
);

create table keystamp.key_events (
  id bigint generated always as identity not null,
  key_id uuid not null,
  user_id text not null,
  at timestamp with time zone default clock_timestamp() not null,
  kind text not null,
  actor jsonb not null,
  from_address text,
  detail jsonb not null,
  slot text
);

create table keystamp.tracking (
  only_row boolean default true not null,
  since timestamp with time zone default now() not null,
  backup_at timestamp with time zone,
  restored_at timestamp with time zone,
  made_as oid
);

create table keystamp.users (
  id text not null,
  email text,
  name text,
  is_admin boolean default false not null,
  is_active boolean default true not null,
  created_at timestamp with time zone default now() not null
);

CREATE OR REPLACE FUNCTION keystamp.bucket_of(hash bytea)
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO 'pg_catalog', 'pg_temp'
RETURN ((get_byte(hash, 0) << 2) | (get_byte(hash, 1) >> 6));

CREATE OR REPLACE FUNCTION keystamp.keep_until(metadata jsonb)
 RETURNS timestamp with time zone
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET "TimeZone" TO 'UTC'
AS $function$
declare
  said constant text := metadata ->> 'keep-until';
begin
  if not metadata ? 'keep-until' then
    return null;
  end if;
  if said ~ '^\d{4}-\d{2}-\d{2}$' then
    return said::timestamptz + interval '24 hours';
  end if;
  if said ~ '^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?$' then
    return said::timestamptz;
  end if;
  return 'infinity';
exception when data_exception then
  return 'infinity';
end
$function$;

CREATE OR REPLACE FUNCTION keystamp.notify_everything()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  perform pg_notify('keystamp_changes', '*');
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION keystamp.notify_import()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  perform pg_notify('keystamp_changes', 'i');
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION keystamp.notify_key_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION keystamp.notify_user_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION keystamp.probe_listeners(token text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET lock_timeout TO '1s'
AS $function$
begin
  perform set_config('keystamp.probe', token, true);
  -- Triggers for each statement fire without a row too.
  update keystamp.api_keys set id = id where false;
  update keystamp.users set id = id where false;
  perform set_config('keystamp.probe', '', true);
end
$function$;

CREATE OR REPLACE FUNCTION keystamp.record_key_event()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET "TimeZone" TO 'UTC'
AS $function$
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
$function$;

revoke execute on function keystamp.record_key_event() from public;

alter table keystamp.api_keys add constraint api_keys_key_hash_key UNIQUE (key_hash);

alter table keystamp.api_keys add constraint api_keys_pkey PRIMARY KEY (id);

alter table keystamp.idempotency_keys add constraint idempotency_keys_pkey PRIMARY KEY (value_hash);

alter table keystamp.key_events add constraint key_events_kind_check CHECK ((kind = ANY (ARRAY['created'::text, 'updated'::text, 'disabled'::text, 'enabled'::text, 'revoked'::text, 'rotated'::text, 'moved'::text, 'deleted'::text, 'imported'::text, 'refused'::text])));

alter table keystamp.key_events add constraint key_events_pkey PRIMARY KEY (id);

alter table keystamp.tracking add constraint tracking_one_row CHECK (only_row);

alter table keystamp.tracking add constraint tracking_pkey PRIMARY KEY (only_row);

alter table keystamp.users add constraint users_pkey PRIMARY KEY (id);

alter table keystamp.api_keys add constraint api_keys_user_id_fkey FOREIGN KEY (user_id) REFERENCES keystamp.users(id) ON DELETE CASCADE;

CREATE INDEX api_keys_created_at_id_idx ON keystamp.api_keys USING btree (created_at, id);

CREATE INDEX api_keys_imported_idx ON keystamp.api_keys USING btree (id) WHERE imported;

CREATE INDEX api_keys_user_id_idx ON keystamp.api_keys USING btree (user_id);

CREATE INDEX idempotency_keys_created_at_idx ON keystamp.idempotency_keys USING btree (created_at);

CREATE INDEX key_events_at_idx ON keystamp.key_events USING btree (at);

CREATE INDEX key_events_key_id_id_idx ON keystamp.key_events USING btree (key_id, id);

CREATE UNIQUE INDEX key_events_key_id_slot_key ON keystamp.key_events USING btree (key_id, slot) WHERE (slot IS NOT NULL);

CREATE INDEX key_events_user_id_id_idx ON keystamp.key_events USING btree (user_id, id);

CREATE UNIQUE INDEX users_email_key ON keystamp.users USING btree (lower(email));

CREATE TRIGGER api_keys_changed AFTER INSERT OR DELETE ON keystamp.api_keys FOR EACH ROW EXECUTE FUNCTION keystamp.notify_key_change();

CREATE TRIGGER api_keys_history AFTER INSERT OR DELETE ON keystamp.api_keys FOR EACH ROW EXECUTE FUNCTION keystamp.record_key_event();

CREATE TRIGGER api_keys_history_truncated BEFORE TRUNCATE ON keystamp.api_keys FOR EACH STATEMENT EXECUTE FUNCTION keystamp.record_key_event();

CREATE TRIGGER api_keys_history_updated AFTER UPDATE OF id, user_id, name, key_prefix, key_hash, scopes, expires_at, revoked_at, disabled_at, created_at, note, metadata, successor_id, predecessor_id, imported ON keystamp.api_keys FOR EACH ROW EXECUTE FUNCTION keystamp.record_key_event();

CREATE TRIGGER api_keys_imported AFTER INSERT ON keystamp.api_keys FOR EACH ROW WHEN (new.imported) EXECUTE FUNCTION keystamp.notify_import();

CREATE TRIGGER api_keys_imported_deleted AFTER DELETE ON keystamp.api_keys FOR EACH ROW WHEN (old.imported) EXECUTE FUNCTION keystamp.notify_import();

CREATE TRIGGER api_keys_imported_updated AFTER UPDATE OF imported ON keystamp.api_keys FOR EACH ROW WHEN (old.imported <> new.imported) EXECUTE FUNCTION keystamp.notify_import();

CREATE TRIGGER api_keys_probed AFTER UPDATE OF id ON keystamp.api_keys FOR EACH STATEMENT EXECUTE FUNCTION keystamp.notify_key_change();

CREATE TRIGGER api_keys_truncated AFTER TRUNCATE ON keystamp.api_keys FOR EACH STATEMENT EXECUTE FUNCTION keystamp.notify_everything();

CREATE TRIGGER api_keys_updated AFTER UPDATE OF id, user_id, name, key_prefix, key_hash, scopes, expires_at, revoked_at, disabled_at, created_at, note, metadata, successor_id, predecessor_id ON keystamp.api_keys FOR EACH ROW WHEN (old.id IS DISTINCT FROM new.id OR old.user_id IS DISTINCT FROM new.user_id OR old.name IS DISTINCT FROM new.name OR old.key_prefix IS DISTINCT FROM new.key_prefix OR old.key_hash IS DISTINCT FROM new.key_hash OR old.scopes IS DISTINCT FROM new.scopes OR old.expires_at IS DISTINCT FROM new.expires_at OR old.revoked_at IS DISTINCT FROM new.revoked_at OR old.disabled_at IS DISTINCT FROM new.disabled_at OR old.created_at IS DISTINCT FROM new.created_at OR old.note IS DISTINCT FROM new.note OR old.metadata IS DISTINCT FROM new.metadata OR old.successor_id IS DISTINCT FROM new.successor_id OR old.predecessor_id IS DISTINCT FROM new.predecessor_id) EXECUTE FUNCTION keystamp.notify_key_change();

CREATE TRIGGER users_probed AFTER UPDATE OF id ON keystamp.users FOR EACH STATEMENT EXECUTE FUNCTION keystamp.notify_user_change();

CREATE TRIGGER users_truncated AFTER TRUNCATE ON keystamp.users FOR EACH STATEMENT EXECUTE FUNCTION keystamp.notify_everything();

CREATE TRIGGER users_updated AFTER UPDATE OF id, email, is_active, is_admin ON keystamp.users FOR EACH ROW WHEN (old.id IS DISTINCT FROM new.id OR old.email IS DISTINCT FROM new.email OR old.is_active IS DISTINCT FROM new.is_active OR old.is_admin IS DISTINCT FROM new.is_admin) EXECUTE FUNCTION keystamp.notify_user_change();
