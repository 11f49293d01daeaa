set local lock_timeout = '500ms';

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
