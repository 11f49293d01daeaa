set local lock_timeout = '500ms';

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
