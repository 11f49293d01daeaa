// The SQL files of packages/server/migrations, written by `npm run migrations`; not edited by hand.
import type { Migration } from 'keystamp/database';

export const migrations: readonly Migration[] = [
  {
    name: '000005_sessions',
    up: `set local lock_timeout = '500ms';

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
`,
    down: `set local lock_timeout = '500ms';

drop trigger users_deactivated on keystamp.users;
drop function keystamp.end_sessions_of_user();
drop table keystamp.setup_tokens;
drop table keystamp.sign_in_failures;
drop table keystamp.sessions;
-- users.password_hash stays, so that passwords are still there after an up.
`,
  },
  {
    name: '000007_oidc_sign_in',
    up: `set local lock_timeout = '500ms';

-- Whom a provider of OpenID Connect means by a subject: bound at the first sign-in, and from then on the subject
-- decides, not the address. A user has one subject at a provider.
create table keystamp.oidc_subjects (
  issuer text not null,
  subject text not null,
  user_id text not null constraint oidc_subjects_user_id_fkey references keystamp.users (id) on delete cascade,
  bound_at timestamptz not null default now(),
  constraint oidc_subjects_pkey primary key (issuer, subject),
  -- The cascade from users uses it too.
  constraint oidc_subjects_user_id_issuer_key unique (user_id, issuer)
);

-- Sign-ins that have begun, for ten minutes; all instances share them.
create table keystamp.oidc_sign_ins (
  -- SHA-256 of the state, of what the browser's cookie holds, and of the network's address.
  state_hash bytea constraint oidc_sign_ins_pkey primary key,
  browser_hash bytea not null,
  network_hash bytea not null,
  -- Where on the page to go on.
  next_path text not null,
  begun_at timestamptz not null default now(),
  -- When the browser came back, which it may once. It stays to be counted; a success deletes it.
  spent_at timestamptz
);

-- Counts what a network has begun.
create index oidc_sign_ins_network_hash_idx on keystamp.oidc_sign_ins (network_hash);

-- Finds what is over, to remove it.
create index oidc_sign_ins_begun_at_idx on keystamp.oidc_sign_ins (begun_at);
`,
    down: `set local lock_timeout = '500ms';

drop table keystamp.oidc_sign_ins;
drop table keystamp.oidc_subjects;
`,
  },
  {
    name: '000010_bounded_sessions',
    up: `set local lock_timeout = '500ms';

-- Finds the oldest sessions of a user, of whom only the newest stay; the cascade from users needs it too.
create index sessions_user_id_created_at_idx on keystamp.sessions (user_id, created_at);
drop index keystamp.sessions_user_id_idx;

-- Finds the sessions that are over, to remove a few at each sign-in. A session that is 7 days old is seen no more.
create index sessions_seen_at_idx on keystamp.sessions (seen_at);
`,
    down: `set local lock_timeout = '500ms';

drop index keystamp.sessions_seen_at_idx;
create index sessions_user_id_idx on keystamp.sessions (user_id);
drop index keystamp.sessions_user_id_created_at_idx;
`,
  },
  {
    name: '000018_policy_run',
    up: `set local lock_timeout = '500ms';

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
`,
    down: `set local lock_timeout = '500ms';

drop table keystamp.policy_run;
`,
  },
];
