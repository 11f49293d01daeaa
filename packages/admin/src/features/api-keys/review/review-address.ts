import type { ListApiKeysQuery } from '@keystamp/server/contract';
import { filterOfView, readView, type View } from '../filter/view.ts';

/** Where the list asks for no days. */
export const DEFAULT_UNUSED_FOR = '90d';

/** What a review goes through: the keys that nobody used for long, of those that the list's search and user leave. */
export function reviewFilter(view: View, isAdmin: boolean): ListApiKeysQuery {
  const unusedFor = view.unusedFor ?? DEFAULT_UNUSED_FOR;
  return filterOfView({ ...view, status: null, expiresWithin: null, unusedFor }, isAdmin);
}

/** The same of an address, which has the filters of the list that it came from. */
export function reviewFilterOf(search: string, isAdmin: boolean): ListApiKeysQuery {
  return reviewFilter(readView(search), isAdmin);
}

/** "unused for 90 days", as the filter says it. */
export function unusedWords(unusedFor: string | undefined): string {
  if (unusedFor === 'never') return 'without a recorded use';
  return `unused for ${(unusedFor ?? DEFAULT_UNUSED_FOR).slice(0, -1)} days`;
}
