set local lock_timeout = '500ms';

-- Until when a key is kept from the policy for unused keys, as its metadata says: a day in UTC, to its end, or a time. Null: it
-- says nothing. What cannot be read keeps the key for good: that is the safe side.
create function keystamp.keep_until(metadata jsonb) returns timestamptz language plpgsql stable
  set search_path = pg_catalog, pg_temp
  set timezone = 'UTC' as $$
declare
  said constant text := metadata ->> 'keep-until';
begin
  if not metadata ? 'keep-until' then
    return null;
  end if;
  if said ~ '^\d{4}-\d{2}-\d{2}$' then
    return said::timestamptz + interval '24 hours';
  end if;
  if said ~ '^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?$' then
    return said::timestamptz;
  end if;
  return 'infinity';
exception when data_exception then
  return 'infinity';
end
$$;
