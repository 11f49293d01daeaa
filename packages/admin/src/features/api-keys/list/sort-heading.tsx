import type { ListSort } from '@keystamp/server/contract';
import type { View } from '../filter/view.ts';

interface SortHeadingProps {
  sort: ListSort;
  label: string;
  view: View;
  onSort(sort: ListSort): void;
}

export const cellOf: Readonly<Record<ListSort, string>> = {
  name: 'cell-name',
  created_at: 'cell-created',
  last_used_at: 'cell-last-used',
  expires_at: 'cell-expires',
};

export function SortHeading({ sort, label, view, onSort }: SortHeadingProps) {
  const isSorted = view.sort === sort;
  const direction = view.order === 'asc' ? 'ascending' : 'descending';
  return (
    <th
      // biome-ignore lint/a11y/noRedundantRoles: as cards on a phone, a table loses its roles.
      role="columnheader"
      scope="col"
      className={cellOf[sort]}
      aria-sort={isSorted ? direction : undefined}
    >
      <button type="button" className="sort-button" onClick={() => onSort(sort)}>
        {label}
        <svg
          viewBox="0 0 10 10"
          aria-hidden="true"
          className={isSorted ? `sort-mark sort-mark-${view.order}` : 'sort-mark sort-mark-none'}
        >
          <path d="m2 3.5 3 3 3-3" />
        </svg>
      </button>
    </th>
  );
}
