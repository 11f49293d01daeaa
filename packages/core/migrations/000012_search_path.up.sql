set local lock_timeout = '500ms';

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
