set local lock_timeout = '500ms';

drop function keystamp.keep_until(jsonb);
