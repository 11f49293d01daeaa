set local lock_timeout = '500ms';

drop trigger users_truncated on keystamp.users;
drop trigger users_updated on keystamp.users;
drop trigger api_keys_truncated on keystamp.api_keys;
drop trigger api_keys_updated on keystamp.api_keys;
drop trigger api_keys_changed on keystamp.api_keys;
drop function keystamp.notify_everything();
drop function keystamp.notify_user_change();
drop function keystamp.notify_key_change();
drop function keystamp.bucket_of(bytea);
