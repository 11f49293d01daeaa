set local lock_timeout = '500ms';

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
