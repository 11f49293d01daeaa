import type { Executor } from '../database.js';

export interface AppliedMigration {
  readonly at: Date;
  /** Null: the library's. */
  readonly owner: string | null;
}

interface AppliedRow {
  readonly name: string;
  readonly applied_at: Date;
  readonly owner: string | null;
}

// The column run_on is a timestamp without a zone, written in the session's zone. The column owner may be missing.
const text = `select name, run_on at time zone pg_catalog.current_setting('timezone') as applied_at,
    pg_catalog.to_jsonb(m) operator(pg_catalog.->>) 'owner'::text as owner
    from keystamp.migrations m
   order by id`;

/** Migrations of the server that the library ran at first, and noted as its own. */
const MOVED_TO_SERVER: ReadonlySet<string> = new Set([
  '000005_sessions',
  '000007_oidc_sign_in',
  '000010_bounded_sessions',
]);

/** The migrations that the database has, by name. Empty where none ever ran. */
export async function readAppliedMigrations(
  executor: Executor,
): Promise<Map<string, AppliedMigration>> {
  try {
    const { rows } = await executor.query<AppliedRow>(text);
    return new Map(rows.map((row) => [row.name, { at: row.applied_at, owner: ownerOf(row) }]));
  } catch (error) {
    if (isMissing(error as { code?: unknown })) return new Map();
    throw error;
  }
}

function ownerOf({ name, owner }: AppliedRow): string | null {
  return owner ?? (MOVED_TO_SERVER.has(name) ? 'server' : null);
}

/** undefined_table, invalid_schema_name */
function isMissing({ code }: { code?: unknown }): boolean {
  return code === '42P01' || code === '3F000';
}
