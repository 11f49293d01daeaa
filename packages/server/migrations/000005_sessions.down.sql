set local lock_timeout = '500ms';

drop trigger users_deactivated on keystamp.users;
drop function keystamp.end_sessions_of_user();
drop table keystamp.setup_tokens;
drop table keystamp.sign_in_failures;
drop table keystamp.sessions;
-- users.password_hash stays, so that passwords are still there after an up.
