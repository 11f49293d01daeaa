set local lock_timeout = '500ms';

-- Between a backup and its restore uses are lost. An operator books the two times; null: no restore is booked.
alter table keystamp.tracking
  add column backup_at timestamptz null,
  add column restored_at timestamptz null,
  -- The oid under which this table was made. A dump that is restored makes the table again, under another one.
  add column made_as oid null;

update keystamp.tracking set made_as = tableoid;
