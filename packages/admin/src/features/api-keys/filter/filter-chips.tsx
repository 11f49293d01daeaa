import type { KeyCounts } from '@keystamp/server/contract';
import { inWords } from './in-words.ts';
import type { View, ViewChange } from './view.ts';

interface FilterChipsProps {
  view: View;
  /** Null until they come. */
  counts: KeyCounts | null;
  onChange(change: ViewChange): void;
}

interface Chip {
  readonly filter: Pick<ViewChange, 'unusedFor' | 'expiresWithin' | 'status'>;
  readonly count: keyof Omit<KeyCounts, 'is_estimate'>;
}

const chips: readonly Chip[] = [
  { filter: { unusedFor: '30d' }, count: 'unused_for_30d' },
  { filter: { unusedFor: '90d' }, count: 'unused_for_90d' },
  { filter: { unusedFor: '365d' }, count: 'unused_for_365d' },
  { filter: { unusedFor: 'never' }, count: 'unused_for_never' },
  { filter: { status: 'disabled' }, count: 'status_disabled' },
  { filter: { expiresWithin: '30d' }, count: 'expires_within_30d' },
  { filter: { expiresWithin: 'never' }, count: 'expires_within_never' },
];

/** The questions of this page, each with how many keys it finds: which of them has nobody used for long? */
export function FilterChips({ view, counts, onChange }: FilterChipsProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset does not scroll.
    <div role="group" aria-label="Filters" className="filter-chips">
      {chips.map(({ filter, count }) => {
        const [part, value] = Object.entries(filter)[0] as [keyof Chip['filter'], string];
        const isOn = view[part] === value;
        return (
          <button
            key={count}
            type="button"
            className="filter-chip"
            aria-pressed={isOn}
            onClick={() => onChange(isOn ? { [part]: null } : filter)}
          >
            {inWords(part, value)}
            {counts !== null && <Count of={counts[count]} isEstimate={counts.is_estimate} />}
          </button>
        );
      })}
    </div>
  );
}

/** Of an estimate, none may be a few. */
function Count({ of: count, isEstimate }: { of: number; isEstimate: boolean }) {
  if (isEstimate && count === 0) return null;
  return (
    <span className="filter-count">
      <span className="visually-hidden">{isEstimate ? ', about ' : ', '}</span>
      {isEstimate && <span aria-hidden="true">≈</span>}
      {count.toLocaleString()}
    </span>
  );
}
