import type { Session } from 'keystamp/database';
import { csvLine } from './csv-line.js';
import { countRecords, type ReportExported } from './export-lines.js';
import { readPages } from './snapshot.js';

const COLUMNS = [
  'id',
  'user_id',
  'user_email',
  'name',
  'key_prefix',
  'status',
  'scopes',
  'created_at',
  'expires_at',
  'disabled_at',
  'revoked_at',
  'last_used_at',
  'note',
  'metadata',
] as const;

type Row = Readonly<Record<(typeof COLUMNS)[number], string | null>>;

const time = (column: string) =>
  `pg_catalog.to_char(k.${column}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as ${column}`;

// As `statusOf` of the library, at the moment of the snapshot.
const statement = `select k.id::text, k.user_id, u.email as user_email, k.name, k.key_prefix,
  case
    when k.revoked_at is not null then 'revoked'
    when k.expires_at <= pg_catalog.now() then 'expired'
    when k.disabled_at is not null then 'disabled'
    when u.is_active then 'active'
    else 'user_inactive'
  end as status,
  pg_catalog.array_to_string(k.scopes, ' ') as scopes, ${time('created_at')}, ${time('expires_at')}, ${time('disabled_at')},
  ${time('revoked_at')}, ${time('last_used_at')}, k.note, case when k.metadata = '{}' then null else k.metadata::text end as metadata
  from keystamp.api_keys k join keystamp.users u on u.id = k.user_id
  order by k.created_at, k.id`;

/** The keys as a table for people and reports (RFC 4180), without a hash: a line of names, and one a key. In pages. */
export async function* exportCsv(
  session: Session,
  report: ReportExported,
): AsyncGenerator<string[], { keys: number }> {
  yield [csvLine(COLUMNS)];
  const total = await countRecords(session, 'keys');
  let keys = 0;
  for await (const rows of readPages<Row>(session, statement)) {
    keys += rows.length;
    report('keys', keys, total);
    yield rows.map((row) => csvLine(COLUMNS.map((name) => row[name])));
  }
  return { keys };
}
