import { PAGE_SIZE } from '../filter/view.ts';

/** Which of all keys a page shows, as in "51–100". */
export function rangeOf(page: number, shown: number): string {
  const from = (page - 1) * PAGE_SIZE + 1;
  return `${from.toLocaleString()}–${(from + Math.max(shown, 1) - 1).toLocaleString()}`;
}
