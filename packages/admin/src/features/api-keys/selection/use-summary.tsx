import { plainDate } from '@keystamp/server/contract/relative-time';
import { readTime } from '../../../clock/exact-time.ts';
import { Notice } from '../../../components/notice.tsx';
import { consequenceFor } from '../key/consequence.ts';
import type { UseRecord } from '../key/last-use.ts';
import { type KeyCounts, mostRecentlyUsed } from '../key/many-keys.ts';
import type { SelectedKey } from './collect-matching.ts';

interface UseSummaryProps {
  keys: readonly SelectedKey[];
  counts: KeyCounts;
  useRecord: UseRecord;
  /** When the keys were looked at: what was used after that is left alone. */
  lookedAt: Date;
  act: 'disable' | 'revoke';
}

/** How many of the keys are in use, and which of them was used last. */
export function UseSummary({ keys, counts, useRecord, lookedAt, act }: UseSummaryProps) {
  const working = keys.filter((key) => key.status === 'active');
  const newest = mostRecentlyUsed(working.length > 0 ? working : keys);
  const lines = linesOf(counts, useRecord).filter(([kind]) => counts[kind] > 0);
  return (
    <Notice tone={counts.today > 0 ? 'grave' : 'quiet'}>
      <ul className="use-summary">
        {lines.map(([kind, words]) => (
          <li key={kind} className={`use-summary-${kind}`}>
            <span className="use-summary-count">{counts[kind].toLocaleString()}</span>
            <span>{words}</span>
          </li>
        ))}
      </ul>
      {newest !== null && (
        <p>
          Most recently used among them:{' '}
          <strong>
            <bdi>{newest.name}</bdi>
          </strong>{' '}
          (<code>{newest.key_prefix}…</code>). {consequenceFor(act, newest, useRecord, lookedAt)}
        </p>
      )}
    </Notice>
  );
}

function linesOf(
  counts: KeyCounts,
  { tracking_since }: UseRecord,
): [kind: keyof KeyCounts, words: string][] {
  const since = readTime(tracking_since);
  return [
    ['today', 'used within 24 hours: in use'],
    ['month', 'used within 35 days: a job that runs once a month may use them'],
    ['year', 'used within a year'],
    ['older', 'not used for over a year'],
    [
      'none',
      `without a recorded use${since === null ? '' : ` (recorded since ${plainDate(since)})`}`,
    ],
    ['unknown', 'with a last use that cannot be shown'],
    [
      'refused',
      counts.refused === 1
        ? 'refused already: it is disabled or expired, or its owner is inactive'
        : 'refused already: they are disabled or expired, or their owner is inactive',
    ],
  ];
}
