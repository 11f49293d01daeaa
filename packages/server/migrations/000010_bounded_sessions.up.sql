set local lock_timeout = '500ms';

-- Finds the oldest sessions of a user, of whom only the newest stay; the cascade from users needs it too.
create index sessions_user_id_created_at_idx on keystamp.sessions (user_id, created_at);
drop index keystamp.sessions_user_id_idx;

-- Finds the sessions that are over, to remove a few at each sign-in. A session that is 7 days old is seen no more.
create index sessions_seen_at_idx on keystamp.sessions (seen_at);
