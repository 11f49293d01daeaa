set local lock_timeout = '500ms';

alter table keystamp.tracking drop column made_as, drop column restored_at, drop column backup_at;
