-- "create schema if not exists" asks for the right to create schemas, also where the schema is there already.
do $$ begin
  if pg_catalog.to_regnamespace('keystamp') is null then
    create schema keystamp;
  end if;
end $$;

create table keystamp.users (
  id text constraint users_pkey primary key,
  email text,
  name text,
  is_admin boolean not null default false,
  is_active boolean not null default true,
  created_at timestamptz not null default now()
);

-- One account per address, whatever the case of its letters; sign-in looks users up by it.
create unique index users_email_key on keystamp.users (lower(email));

-- The fillfactor leaves room on every page, so that a new last_used_at stays on the page of its row (HOT).
create table keystamp.api_keys (
  id uuid constraint api_keys_pkey primary key default gen_random_uuid(),
  user_id text not null constraint api_keys_user_id_fkey references keystamp.users (id) on delete cascade,
  name text not null,
  key_prefix text not null,
  key_hash bytea not null constraint api_keys_key_hash_key unique,
  scopes text[] not null default '{}',
  expires_at timestamptz,
  revoked_at timestamptz,
  created_at timestamptz not null default now()
) with (fillfactor = 70);

-- Lists one user's keys; the cascade from users needs it too.
create index api_keys_user_id_idx on keystamp.api_keys (user_id);
