-- Requests that made a key, so that one that is sent again is answered with the same key.
create table keystamp.idempotency_keys (
  -- SHA-256 of the value that names the request.
  value_hash bytea constraint idempotency_keys_pkey primary key,
  -- SHA-256 of what the request says.
  content_hash bytea not null,
  -- The key that was made. No foreign key: a deleted key was made too. Null: none was made.
  key_id uuid,
  created_at timestamptz not null default now()
);

-- Finds the rows that are over a day old, to remove them.
create index idempotency_keys_created_at_idx on keystamp.idempotency_keys (created_at);
