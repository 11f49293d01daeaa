set local lock_timeout = '500ms';

-- The key that replaced this one by rotation: a key has one at most. Nullable, without a default: no rewrite. No foreign
-- key: a successor that was deleted was one still. Validation asks nothing of it, so no trigger of 000003 names it.
alter table keystamp.api_keys add column successor_id uuid;
