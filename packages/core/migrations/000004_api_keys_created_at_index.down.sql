set local lock_timeout = '2s';

drop index keystamp.api_keys_created_at_id_idx;
