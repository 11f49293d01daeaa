-- A nullable column without a default: no rewrite. The lock is short, and waiting for it is bounded,
-- because everybody else queues behind a waiting ALTER TABLE.
set local lock_timeout = '500ms';

ALTER TABLE keystamp.api_keys ADD COLUMN last_used_at TIMESTAMPTZ NULL;

-- The day from which "no use recorded" says something. It stays through down and up again.
create table if not exists keystamp.tracking (
  only_row boolean constraint tracking_pkey primary key default true constraint tracking_one_row check (only_row),
  since timestamptz not null default now()
);

insert into keystamp.tracking default values on conflict do nothing;
