set local lock_timeout = '500ms';

-- A key that becomes an imported one, or no longer is, by hand.
create trigger api_keys_imported_updated after update of imported on keystamp.api_keys
  for each row when (old.imported <> new.imported) execute function keystamp.notify_import();
