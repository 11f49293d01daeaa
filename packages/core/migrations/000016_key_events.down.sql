set local lock_timeout = '500ms';

drop trigger api_keys_history_truncated on keystamp.api_keys;
drop trigger api_keys_history_updated on keystamp.api_keys;
drop trigger api_keys_history on keystamp.api_keys;
drop function keystamp.record_key_event();
drop table keystamp.key_events;
