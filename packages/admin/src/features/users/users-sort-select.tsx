import type { UserSort } from '@keystamp/server/contract';
import { firstOrderOf, type UsersOrder } from './use-users.ts';

interface UsersSortSelectProps {
  order: UsersOrder;
  onOrder(order: UsersOrder): void;
}

const words: Readonly<Record<UserSort, string>> = {
  address: 'Address',
  key_count: 'Most keys',
  last_used_at: 'Last used',
};

/** On a phone the headings are gone, so the order is chosen here. */
export function UsersSortSelect({ order, onOrder }: UsersSortSelectProps) {
  return (
    <div className="toolbar-select toolbar-sort">
      <label htmlFor="users-sort">Sort by</label>
      <select
        id="users-sort"
        className="select"
        value={order.sort}
        onChange={(event) => onOrder(firstOrderOf(event.target.value as UserSort))}
      >
        {Object.entries(words).map(([sort, label]) => (
          <option key={sort} value={sort}>
            {label}
          </option>
        ))}
      </select>
    </div>
  );
}
