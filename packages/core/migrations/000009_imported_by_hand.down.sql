set local lock_timeout = '500ms';

drop trigger api_keys_imported_updated on keystamp.api_keys;
