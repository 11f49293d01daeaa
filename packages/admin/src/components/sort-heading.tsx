import './table.css';

interface SortHeadingProps {
  label: string;
  className?: string;
  /** Null: the table is sorted by another column. */
  order: 'asc' | 'desc' | null;
  onSort(): void;
}

/** A heading that sorts its table. */
export function SortHeading({ label, className, order, onSort }: SortHeadingProps) {
  const direction = order === 'asc' ? 'ascending' : 'descending';
  return (
    <th
      // biome-ignore lint/a11y/noRedundantRoles: as cards on a phone, a table loses its roles.
      role="columnheader"
      scope="col"
      className={className}
      aria-sort={order === null ? undefined : direction}
    >
      <button type="button" className="sort-button" onClick={onSort}>
        {label}
        <svg
          viewBox="0 0 10 10"
          aria-hidden="true"
          className={`sort-mark sort-mark-${order ?? 'none'}`}
        >
          <path d="m2 3.5 3 3 3-3" />
        </svg>
      </button>
    </th>
  );
}
