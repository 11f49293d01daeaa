import type { Executor } from 'keystamp/database';

/**
 * Sweeps a few that are over, past locked rows. Two at once may both be the last that fits: the bound is against a
 * flood, not exact.
 */
const text = `with swept as (
    delete from keystamp.oidc_sign_ins where state_hash in (
      select state_hash from keystamp.oidc_sign_ins where begun_at < pg_catalog.now() - interval '10 minutes'
      order by begun_at limit 100 for update skip locked)
  )
  insert into keystamp.oidc_sign_ins (state_hash, browser_hash, network_hash, next_path)
  select $1, $2, pg_catalog.sha256(pg_catalog.convert_to($3, 'UTF8')), $4
  where (select pg_catalog.count(*) from keystamp.oidc_sign_ins
    where network_hash = pg_catalog.sha256(pg_catalog.convert_to($3, 'UTF8')) and begun_at > pg_catalog.now() - interval '10 minutes') < $5`;

export interface NewOidcSignIn {
  readonly stateHash: Buffer;
  readonly browserHash: Buffer;
  readonly network: string;
  readonly nextPath: string;
}

/** False: the network has begun `most` already in the last ten minutes. */
export async function insertOidcSignIn(
  executor: Executor,
  { stateHash, browserHash, network, nextPath }: NewOidcSignIn,
  most: number,
): Promise<boolean> {
  const params = [stateHash, browserHash, network, nextPath, most];
  const { rowCount } = await executor.query(text, params);
  return rowCount === 1;
}
