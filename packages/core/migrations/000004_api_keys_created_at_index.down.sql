set local lock_timeout = '500ms';

drop index keystamp.api_keys_created_at_id_idx;
