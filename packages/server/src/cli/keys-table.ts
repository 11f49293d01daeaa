import type { UserApiKey } from 'keystamp';
import { lastUsedWording, type UseRecord } from '../contract/relative-time.js';
import { isoDay } from './iso-day.js';
import { type Column, table } from './table.js';

interface KeyColumn extends Column {
  /** Only where there is no terminal to fit. */
  readonly isWide?: true;
  of(key: UserApiKey, record: UseRecord, now: Date): string;
}

const COLUMNS: readonly KeyColumn[] = [
  { heading: 'name', min: 8, of: ({ name }) => name },
  // Enough of an id to name the key by.
  { heading: 'prefix', of: ({ keyPrefix, id }) => keyPrefix || id.slice(0, 8) },
  { heading: 'owner', min: 8, of: ({ userEmail, userId }) => userEmail ?? userId },
  { heading: 'status', of: ({ status }) => status },
  {
    heading: 'scopes',
    min: 6,
    of: ({ scopes }) => (scopes.length === 0 ? 'any' : scopes.join(' ')),
  },
  { heading: 'created', isWide: true, of: ({ createdAt }) => isoDay(createdAt) },
  {
    heading: 'last used',
    min: 12,
    of: (key, record, now) => lastUsedWording({ ...key, ...record }, now, 'en', isoDay),
  },
  {
    heading: 'expires',
    of: ({ expiresAt }) => (expiresAt === null ? 'never' : isoDay(expiresAt)),
  },
  { heading: 'id', isWide: true, of: ({ id }) => id },
];

/**
 * The table for people: words in English like the rest of the command line, days in no locale. `width`: of the terminal;
 * null: all columns in full.
 */
export function keysTable(
  keys: readonly UserApiKey[],
  record: UseRecord,
  now: Date,
  width: number | null,
): string {
  const columns = COLUMNS.filter(({ isWide }) => width === null || !isWide);
  const rows = keys.map((key) => columns.map((column) => column.of(key, record, now)));
  return table(columns, rows, width);
}
