set local lock_timeout = '500ms';

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
