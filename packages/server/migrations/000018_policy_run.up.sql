set local lock_timeout = '500ms';

-- The last run of the policy for unused keys, so that one instance of a fleet runs it once a day. The library made the table
-- before the server had migrations of its own.
create table if not exists keystamp.policy_run (
  only_row boolean constraint policy_run_pkey primary key default true constraint policy_run_one_row check (only_row),
  -- When the present or last run began, and when it was done. Null: none was.
  began_at timestamptz null,
  done_at timestamptz null
);

insert into keystamp.policy_run default values on conflict do nothing;

-- A database of that time that stopped before 000012 has the function without a search path.
alter function keystamp.end_sessions_of_user() set search_path = pg_catalog, pg_temp;
