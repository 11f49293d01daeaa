set local lock_timeout = '500ms';

drop trigger api_keys_imported_deleted on keystamp.api_keys;
drop trigger api_keys_imported on keystamp.api_keys;
drop function keystamp.notify_import();
drop index keystamp.api_keys_imported_idx;
alter table keystamp.api_keys drop column imported;
