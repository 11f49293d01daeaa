set local lock_timeout = '500ms';

drop index keystamp.sessions_seen_at_idx;
create index sessions_user_id_idx on keystamp.sessions (user_id);
drop index keystamp.sessions_user_id_created_at_idx;
