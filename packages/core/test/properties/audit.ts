import type { Database } from '../../src/database/database.js';

/** One UPDATE of a key, as the database saw it when it happened. */
export interface Change {
  readonly id: string;
  /** The columns that it changed. */
  readonly changed: readonly string[];
  /** Stored before and after, in epoch ms. */
  readonly usedBefore: number | null;
  readonly usedAfter: number | null;
  readonly revokedBefore: string | null;
  readonly revokedAfter: string | null;
  readonly disabledAfter: string | null;
  /** The database's clock. */
  readonly at: number;
}

/** From now on the database itself writes down every UPDATE of a key. */
export async function auditKeys(database: Database): Promise<void> {
  await database.query(`
    create table keystamp.audit (number bigint generated always as identity, old jsonb, new jsonb, used_before float8, used_after float8, at float8);
    create function keystamp.audit() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
    begin
      insert into keystamp.audit (old, new, used_before, used_after, at) values (to_jsonb(old), to_jsonb(new),
        extract(epoch from old.last_used_at) * 1000, extract(epoch from new.last_used_at) * 1000,
        extract(epoch from clock_timestamp()) * 1000);
      return null;
    end $$;
    create trigger audit after update on keystamp.api_keys for each row execute function keystamp.audit();`);
}

interface AuditRow {
  old: Record<string, unknown>;
  new: Record<string, unknown>;
  used_before: number | null;
  used_after: number | null;
  at: number;
}

/** What was written down since the last reading, in the order of its happening. */
export async function readAudit(database: Database): Promise<Change[]> {
  const { rows } = await database.query<AuditRow & { number: string }>(
    `with taken as (delete from keystamp.audit returning number, old, new, used_before, used_after, at)
     select number, old, new, used_before, used_after, at from taken order by number`,
  );
  return rows.map((row) => ({
    id: row.new['id'] as string,
    changed: Object.keys(row.new).filter(
      (column) => JSON.stringify(row.old[column]) !== JSON.stringify(row.new[column]),
    ),
    usedBefore: row.used_before,
    usedAfter: row.used_after,
    revokedBefore: row.old['revoked_at'] as string | null,
    revokedAfter: row.new['revoked_at'] as string | null,
    disabledAfter: row.new['disabled_at'] as string | null,
    at: row.at,
  }));
}
