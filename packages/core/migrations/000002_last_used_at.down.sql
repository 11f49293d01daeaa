set local lock_timeout = '500ms';

ALTER TABLE keystamp.api_keys DROP COLUMN last_used_at;
