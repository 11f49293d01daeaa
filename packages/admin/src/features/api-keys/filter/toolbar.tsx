import type { ApiKeyStatus, KeyCounts, ListSort } from '@keystamp/server/contract';
import { useState } from 'react';
import { announce } from '../../../components/announcer.tsx';
import { statusWords } from '../key/status-label.tsx';
import { FilterChips } from './filter-chips.tsx';
import { takenOffInWords } from './in-words.ts';
import { SearchField } from './search-field.tsx';
import { firstOrderOf, takenOff, type View, type ViewChange } from './view.ts';
import './toolbar.css';

interface ToolbarProps {
  view: View;
  counts: KeyCounts | null;
  showsUser: boolean;
  onChange(change: ViewChange, options?: { replace: boolean }): void;
  onKey(apiKey: string, prefix: string): void;
}

export function Toolbar({ view, counts, showsUser, onChange, onKey }: ToolbarProps) {
  const [note, setNote] = useState<string | null>(null);
  const narrow = (change: ViewChange) => {
    const words = takenOffInWords(view, takenOff(view, change));
    setNote(words);
    if (words !== null) announce(words);
    onChange(change);
  };
  return (
    <div className="toolbar">
      <SearchField
        q={view.q}
        showsUser={showsUser}
        onSearch={(q, settled) => onChange({ q }, { replace: !settled })}
        onKey={onKey}
      />
      <div className="toolbar-select">
        <label htmlFor="status-filter">Status</label>
        <select
          id="status-filter"
          className="select"
          value={view.status ?? ''}
          onChange={(event) =>
            narrow({ status: (event.target.value || null) as ApiKeyStatus | null })
          }
        >
          <option value="">All</option>
          {Object.entries(statusWords).map(([status, words]) => (
            <option key={status} value={status}>
              {words}
            </option>
          ))}
        </select>
      </div>
      <SortSelect view={view} onChange={onChange} />
      <FilterChips view={view} counts={counts} onChange={narrow} />
      {note !== null && <p className="filter-note">{note}</p>}
    </div>
  );
}

const sortWords: readonly [ListSort, 'asc' | 'desc', string][] = [
  ['last_used_at', 'desc', 'Last used: newest'],
  ['last_used_at', 'asc', 'Last used: oldest'],
  ['created_at', 'desc', 'Created: newest'],
  ['created_at', 'asc', 'Created: oldest'],
  ['name', 'asc', 'Name: A to Z'],
  ['name', 'desc', 'Name: Z to A'],
  ['expires_at', 'asc', 'Expires: soonest'],
  ['expires_at', 'desc', 'Expires: latest'],
];

/** On a phone the headings are gone, so the order is chosen here. */
function SortSelect({ view, onChange }: Pick<ToolbarProps, 'view' | 'onChange'>) {
  return (
    <div className="toolbar-select toolbar-sort">
      <label htmlFor="sort-choice">Sort by</label>
      <select
        id="sort-choice"
        className="select"
        value={`${view.sort} ${view.order}`}
        onChange={(event) => {
          const [sort, order] = event.target.value.split(' ') as [ListSort, 'asc' | 'desc'];
          onChange({ sort, order: order ?? firstOrderOf(sort, view.unusedFor) });
        }}
      >
        {sortWords.map(([sort, order, words]) => (
          <option key={words} value={`${sort} ${order}`}>
            {words}
          </option>
        ))}
      </select>
    </div>
  );
}
