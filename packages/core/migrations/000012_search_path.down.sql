set local lock_timeout = '500ms';

alter function keystamp.bucket_of(bytea) reset search_path;
alter function keystamp.notify_key_change() reset search_path;
alter function keystamp.notify_user_change() reset search_path;
alter function keystamp.notify_everything() reset search_path;
alter function keystamp.notify_import() reset search_path;
