import { PAGE_SIZE } from '../filter/view.ts';

/** Which of all keys a page shows, as in "51–100". Keys on top of it for being new are not counted. */
export function rangeOf(page: number, shown: number): string {
  const from = (page - 1) * PAGE_SIZE + 1;
  return `${from.toLocaleString()}–${(from + Math.min(Math.max(shown, 1), PAGE_SIZE) - 1).toLocaleString()}`;
}
