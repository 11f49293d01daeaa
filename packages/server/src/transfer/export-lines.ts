import type { Executor, Session } from 'keystamp/database';
import { readPages } from './snapshot.js';

/** The form of an export. A reader refuses what it does not know. */
export const EXPORT_VERSION = 1;

export interface ExportOptions {
  /** True: with password hashes, and with who signs in by which account of a provider. */
  readonly withUsers: boolean;
  readonly report: ReportExported;
}

/** How many records of a kind are written, and how many there are. */
export type ReportExported = (kind: keyof ExportCounts, done: number, total: number) => void;

/** How many records of each kind an export has, as its last line says. */
export interface ExportCounts {
  users: number;
  oidc_subjects: number;
  events: number;
  keys: number;
}

const USER = 'u.id, u.email, u.name, u.is_admin, u.is_active, u.created_at';

/** Rows as JSON on one line, made by the database: times keep their microseconds, and numbers their digits. */
const asLine = (select: string) =>
  `select pg_catalog.row_to_json(r)::text as line from (${select}) r`;

const usersOf = (columns: string) =>
  asLine(`select 'user' as type, ${columns} from keystamp.users u order by u.id collate "C"`);

const subjects = asLine(`select 'oidc_subject' as type, o.issuer, o.subject, o.user_id, o.bound_at
  from keystamp.oidc_subjects o order by o.issuer collate "C", o.subject collate "C"`);

// Without its number, which another database gives again; the lines have the same order.
const events =
  asLine(`select 'event' as type, e.key_id, e.user_id, e.at, e.kind, e.actor, e.from_address, e.detail, e.slot
  from keystamp.key_events e order by e.id`);

const keys =
  asLine(`select 'key' as type, k.id, k.user_id, k.name, k.key_prefix, pg_catalog.encode(k.key_hash, 'hex') as key_hash, k.scopes,
  k.created_at, k.expires_at, k.disabled_at, k.revoked_at, k.last_used_at, k.note, k.metadata, k.imported, k.successor_id, k.predecessor_id
  from keystamp.api_keys k order by k.created_at, k.id`);

const header =
  asLine(`select 'keystamp-export' as type, $1::int as version, pg_catalog.now() as made_at,
  $2::boolean as with_users, 'sha256' as key_hashes, t.since as tracking_since, t.backup_at, t.restored_at
  from keystamp.tracking t`);

/**
 * The lines of an export, in pages: one of a header, the records, and one of the counts, without which a file is cut short.
 * The history stands before the keys, as it happened before what an import adds to it.
 */
export async function* exportLines(
  session: Session,
  { withUsers, report }: ExportOptions,
): AsyncGenerator<string[], ExportCounts> {
  yield [await readHeader(session, withUsers)];
  const counts = { users: 0, oidc_subjects: 0, events: 0, keys: 0 };
  const kinds: [keyof ExportCounts, string][] = [
    ['users', usersOf(withUsers ? `${USER}, u.password_hash` : USER)],
    ...(withUsers ? [['oidc_subjects', subjects] as [keyof ExportCounts, string]] : []),
    ['events', events],
    ['keys', keys],
  ];
  for (const [kind, statement] of kinds) {
    const total = await countRecords(session, kind);
    for await (const rows of readPages<{ line: string }>(session, statement)) {
      counts[kind] += rows.length;
      report(kind, counts[kind], total);
      yield rows.map(({ line }) => line);
    }
  }
  yield [JSON.stringify({ type: 'end', ...counts })];
  return counts;
}

const TABLES = {
  users: 'users',
  oidc_subjects: 'oidc_subjects',
  events: 'key_events',
  keys: 'api_keys',
} as const satisfies Record<keyof ExportCounts, string>;

/** The records of a kind that an export would have. */
export async function countRecords(executor: Executor, kind: keyof ExportCounts): Promise<number> {
  const text = `select pg_catalog.count(*)::int as count from keystamp.${TABLES[kind]}`;
  return (await executor.query<{ count: number }>(text)).rows[0]?.count ?? 0;
}

async function readHeader(executor: Executor, withUsers: boolean): Promise<string> {
  const { rows } = await executor.query<{ line: string }>(header, [EXPORT_VERSION, withUsers]);
  const [row] = rows;
  if (row === undefined) throw new Error('keystamp.tracking has no row.');
  return row.line;
}
