set local lock_timeout = '500ms';

-- Keys imported by their hash may have any shape; only while there are such are other shapes looked up.
-- A constant default: no rewrite.
alter table keystamp.api_keys add column imported boolean not null default false;

-- Answers whether there is any.
create index api_keys_imported_idx on keystamp.api_keys (id) where imported;

-- Channel keystamp_changes, payload i: imported keys came or went.
create function keystamp.notify_import() returns trigger language plpgsql as $$
begin
  perform pg_notify('keystamp_changes', 'i');
  return null;
end
$$;

create trigger api_keys_imported after insert on keystamp.api_keys
  for each row when (new.imported) execute function keystamp.notify_import();

create trigger api_keys_imported_deleted after delete on keystamp.api_keys
  for each row when (old.imported) execute function keystamp.notify_import();
