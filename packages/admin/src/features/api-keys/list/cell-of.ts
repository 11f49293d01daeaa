import type { ListSort } from '@keystamp/server/contract';

/** The class of the column that an order is about. */
export const cellOf: Readonly<Record<ListSort, string>> = {
  name: 'cell-name',
  created_at: 'cell-created',
  last_used_at: 'cell-last-used',
  expires_at: 'cell-expires',
};
