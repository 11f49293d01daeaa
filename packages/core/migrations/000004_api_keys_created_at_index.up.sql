set local lock_timeout = '500ms';

-- Pages through all keys in the order of their making, the order that no use changes.
create index api_keys_created_at_id_idx on keystamp.api_keys (created_at, id);
