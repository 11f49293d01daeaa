set local lock_timeout = '500ms';

-- A user's password. The library made the column before the server had migrations of its own.
alter table keystamp.users add column if not exists password_hash text;

-- Signed-in people. A session is over 12 hours after it was last seen, 7 days after it began, or when its row goes.
create table keystamp.sessions (
  -- SHA-256 of the session's id: who reads the table cannot sign in with it.
  id_hash bytea constraint sessions_pkey primary key,
  user_id text not null constraint sessions_user_id_fkey references keystamp.users (id) on delete cascade,
  created_at timestamptz not null default now(),
  seen_at timestamptz not null default now()
);

-- Ends all sessions of a user; the cascade from users needs it too.
create index sessions_user_id_idx on keystamp.sessions (user_id);

-- Failed sign-ins in the current window, by SHA-256 of an address, or of an account and an address.
create table keystamp.sign_in_failures (
  subject bytea constraint sign_in_failures_pkey primary key,
  failures integer not null,
  window_started_at timestamptz not null default now()
);

-- Finds the windows that are long over, to remove them.
create index sign_in_failures_window_started_at_idx on keystamp.sign_in_failures (window_started_at);

-- The one-time link that makes the first administrator: the newest counts, by SHA-256.
create table keystamp.setup_tokens (
  only_row boolean constraint setup_tokens_pkey primary key default true constraint setup_tokens_one_row check (only_row),
  token_hash bytea not null,
  expires_at timestamptz not null
);

-- Deactivation ends a user's sessions, whoever writes it: they do not come back when the user does.
create function keystamp.end_sessions_of_user() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  delete from keystamp.sessions where user_id = old.id;
  return null;
end
$$;

create trigger users_deactivated after update of is_active on keystamp.users
  for each row when (old.is_active and not new.is_active) execute function keystamp.end_sessions_of_user();
