import type pg from 'pg';

const columns = `k.id, k.user_id, k.name, k.key_prefix, k.scopes, k.created_at, k.expires_at, k.disabled_at, k.revoked_at, k.last_used_at,
  k.note, k.metadata, k.predecessor_id, k.successor_id`;
const byLastUse = 'k.last_used_at desc nulls last, k.created_at desc, k.id desc';

/**
 * The same 50 rows by a statement written for that one page: no users joined where no filter needs them, no status, no
 * page after, nothing beside.
 */
export const barePages = {
  first: `select ${columns} from keystamp.api_keys k order by ${byLastUse} limit 50`,
  'by last use, oldest first': `select ${columns} from keystamp.api_keys k
order by k.last_used_at asc nulls last, k.created_at desc, k.id desc limit 50`,
  'by creation': `select ${columns} from keystamp.api_keys k order by k.created_at desc, k.id desc limit 50`,
  'by name': `select ${columns} from keystamp.api_keys k
order by lower(k.name) asc nulls last, k.created_at desc, k.id desc limit 50`,
  'by expiry': `select ${columns} from keystamp.api_keys k
order by k.expires_at desc nulls last, k.created_at desc, k.id desc limit 50`,
  'deep, by last use': `select ${columns} from keystamp.api_keys k
where k.last_used_at < $1 or k.last_used_at is null or (k.last_used_at = $1 and (k.created_at, k.id) < ($2, $3))
order by ${byLastUse} limit 50`,
  'deep, by creation': `select ${columns} from keystamp.api_keys k
where (k.created_at, k.id) < ($1, $2) order by k.created_at desc, k.id desc limit 50`,
  "one user's": `select ${columns} from keystamp.api_keys k where k.user_id = $1 order by ${byLastUse} limit 50`,
  'unused for 90 days': `select ${columns} from keystamp.api_keys k join keystamp.users u on u.id = k.user_id
where k.revoked_at is null and (k.expires_at is null or k.expires_at > clock_timestamp()) and u.is_active
  and coalesce(k.last_used_at, greatest(k.created_at, (select since from keystamp.tracking))) < clock_timestamp() - interval '90 days'
order by ${byLastUse} limit 50`,
} as const;

export type BarePage = keyof typeof barePages;

/** The ids of the page, as the database answers it. */
export async function readBarePage(
  client: pg.Client,
  page: BarePage,
  values: readonly unknown[],
): Promise<string[]> {
  const { rows } = await client.query({
    name: `bare ${page}`,
    text: barePages[page],
    values: [...values],
  });
  return rows.map(({ id }) => id as string);
}
