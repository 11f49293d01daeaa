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
  successor_id uuid
) with (fillfactor=70);

create table keystamp.idempotency_keys (
  value_hash bytea not null,
  content_hash bytea not null,
  key_id uuid,
  created_at timestamp with time zone default now() not null
);

create table keystamp.oidc_sign_ins (
  state_hash bytea not null,
  browser_hash bytea not null,
  network_hash bytea not null,
  next_path text not null,
  begun_at timestamp with time zone default now() not null,
  spent_at timestamp with time zone
);

create table keystamp.oidc_subjects (
  issuer text not null,
  subject text not null,
  user_id text not null,
  bound_at timestamp with time zone default now() not null
);

create table keystamp.sessions (
  id_hash bytea not null,
  user_id text not null,
  created_at timestamp with time zone default now() not null,
  seen_at timestamp with time zone default now() not null
);

create table keystamp.setup_tokens (
  only_row boolean default true not null,
  token_hash bytea not null,
  expires_at timestamp with time zone not null
);

create table keystamp.sign_in_failures (
  subject bytea not null,
  failures integer not null,
  window_started_at timestamp with time zone default now() not null
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
  password_hash text,
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

CREATE OR REPLACE FUNCTION keystamp.end_sessions_of_user()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  delete from keystamp.sessions where user_id = old.id;
  return null;
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

alter table keystamp.api_keys add constraint api_keys_key_hash_key UNIQUE (key_hash);

alter table keystamp.api_keys add constraint api_keys_pkey PRIMARY KEY (id);

alter table keystamp.idempotency_keys add constraint idempotency_keys_pkey PRIMARY KEY (value_hash);

alter table keystamp.oidc_sign_ins add constraint oidc_sign_ins_pkey PRIMARY KEY (state_hash);

alter table keystamp.oidc_subjects add constraint oidc_subjects_pkey PRIMARY KEY (issuer, subject);

alter table keystamp.oidc_subjects add constraint oidc_subjects_user_id_issuer_key UNIQUE (user_id, issuer);

alter table keystamp.sessions add constraint sessions_pkey PRIMARY KEY (id_hash);

alter table keystamp.setup_tokens add constraint setup_tokens_one_row CHECK (only_row);

alter table keystamp.setup_tokens add constraint setup_tokens_pkey PRIMARY KEY (only_row);

alter table keystamp.sign_in_failures add constraint sign_in_failures_pkey PRIMARY KEY (subject);

alter table keystamp.tracking add constraint tracking_one_row CHECK (only_row);

alter table keystamp.tracking add constraint tracking_pkey PRIMARY KEY (only_row);

alter table keystamp.users add constraint users_pkey PRIMARY KEY (id);

alter table keystamp.api_keys add constraint api_keys_user_id_fkey FOREIGN KEY (user_id) REFERENCES keystamp.users(id) ON DELETE CASCADE;

alter table keystamp.oidc_subjects add constraint oidc_subjects_user_id_fkey FOREIGN KEY (user_id) REFERENCES keystamp.users(id) ON DELETE CASCADE;

alter table keystamp.sessions add constraint sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES keystamp.users(id) ON DELETE CASCADE;

CREATE INDEX api_keys_created_at_id_idx ON keystamp.api_keys USING btree (created_at, id);

CREATE INDEX api_keys_imported_idx ON keystamp.api_keys USING btree (id) WHERE imported;

CREATE INDEX api_keys_user_id_idx ON keystamp.api_keys USING btree (user_id);

CREATE INDEX idempotency_keys_created_at_idx ON keystamp.idempotency_keys USING btree (created_at);

CREATE INDEX oidc_sign_ins_begun_at_idx ON keystamp.oidc_sign_ins USING btree (begun_at);

CREATE INDEX oidc_sign_ins_network_hash_idx ON keystamp.oidc_sign_ins USING btree (network_hash);

CREATE INDEX sessions_seen_at_idx ON keystamp.sessions USING btree (seen_at);

CREATE INDEX sessions_user_id_created_at_idx ON keystamp.sessions USING btree (user_id, created_at);

CREATE INDEX sign_in_failures_window_started_at_idx ON keystamp.sign_in_failures USING btree (window_started_at);

CREATE UNIQUE INDEX users_email_key ON keystamp.users USING btree (lower(email));

CREATE TRIGGER api_keys_changed AFTER INSERT OR DELETE ON keystamp.api_keys FOR EACH ROW EXECUTE FUNCTION keystamp.notify_key_change();

CREATE TRIGGER api_keys_imported AFTER INSERT ON keystamp.api_keys FOR EACH ROW WHEN (new.imported) EXECUTE FUNCTION keystamp.notify_import();

CREATE TRIGGER api_keys_imported_deleted AFTER DELETE ON keystamp.api_keys FOR EACH ROW WHEN (old.imported) EXECUTE FUNCTION keystamp.notify_import();

CREATE TRIGGER api_keys_imported_updated AFTER UPDATE OF imported ON keystamp.api_keys FOR EACH ROW WHEN (old.imported <> new.imported) EXECUTE FUNCTION keystamp.notify_import();

CREATE TRIGGER api_keys_probed AFTER UPDATE OF id ON keystamp.api_keys FOR EACH STATEMENT EXECUTE FUNCTION keystamp.notify_key_change();

CREATE TRIGGER api_keys_truncated AFTER TRUNCATE ON keystamp.api_keys FOR EACH STATEMENT EXECUTE FUNCTION keystamp.notify_everything();

CREATE TRIGGER api_keys_updated AFTER UPDATE OF id, user_id, name, key_prefix, key_hash, scopes, expires_at, revoked_at, created_at ON keystamp.api_keys FOR EACH ROW WHEN (old.id IS DISTINCT FROM new.id OR old.user_id IS DISTINCT FROM new.user_id OR old.name IS DISTINCT FROM new.name OR old.key_prefix IS DISTINCT FROM new.key_prefix OR old.key_hash IS DISTINCT FROM new.key_hash OR old.scopes IS DISTINCT FROM new.scopes OR old.expires_at IS DISTINCT FROM new.expires_at OR old.revoked_at IS DISTINCT FROM new.revoked_at OR old.created_at IS DISTINCT FROM new.created_at) EXECUTE FUNCTION keystamp.notify_key_change();

CREATE TRIGGER users_deactivated AFTER UPDATE OF is_active ON keystamp.users FOR EACH ROW WHEN (old.is_active AND NOT new.is_active) EXECUTE FUNCTION keystamp.end_sessions_of_user();

CREATE TRIGGER users_probed AFTER UPDATE OF id ON keystamp.users FOR EACH STATEMENT EXECUTE FUNCTION keystamp.notify_user_change();

CREATE TRIGGER users_truncated AFTER TRUNCATE ON keystamp.users FOR EACH STATEMENT EXECUTE FUNCTION keystamp.notify_everything();

CREATE TRIGGER users_updated AFTER UPDATE OF id, email, is_active, is_admin ON keystamp.users FOR EACH ROW WHEN (old.id IS DISTINCT FROM new.id OR old.email IS DISTINCT FROM new.email OR old.is_active IS DISTINCT FROM new.is_active OR old.is_admin IS DISTINCT FROM new.is_admin) EXECUTE FUNCTION keystamp.notify_user_change();
