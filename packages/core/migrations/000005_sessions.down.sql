set local lock_timeout = '500ms';

drop table keystamp.setup_tokens;
drop table keystamp.sign_in_failures;
drop table keystamp.sessions;
