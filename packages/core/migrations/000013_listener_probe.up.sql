set local lock_timeout = '500ms';

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
