set local lock_timeout = '2s';

ALTER TABLE keystamp.api_keys DROP COLUMN last_used_at;
