set local lock_timeout = '500ms';

alter table keystamp.api_keys drop column successor_id;
