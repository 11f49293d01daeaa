import type { KeyCounts } from '@keystamp/server/contract';
import { Link } from 'wouter';
import type { View } from '../filter/view.ts';
import { DEFAULT_UNUSED_FOR, unusedWords } from './review-address.ts';

interface ReviewLinkProps {
  view: View;
  /** Null: not known yet. */
  counts: KeyCounts | null;
}

/** The way from the list to a review of what looks unused in it; nothing where nothing does. */
export function ReviewLink({ view, counts }: ReviewLinkProps) {
  const unusedFor = view.unusedFor ?? DEFAULT_UNUSED_FOR;
  if (counts === null) return null;
  const count = countOf(counts, unusedFor);
  // Of a part of many keys, 0 means few or none.
  if (count === 0 && !counts.is_estimate) return null;
  const what = `${count ? `${count.toLocaleString()} ` : ''}unused ${count === 1 ? 'key' : 'keys'}`;
  return (
    <Link
      href={`/review${window.location.search}`}
      className="button"
      aria-label={`Review ${what}`}
      title={`Go through the keys ${unusedWords(unusedFor)}, one at a time`}
    >
      Review<span className="review-what"> {what}</span>
    </Link>
  );
}

/** Undefined: of these days there is no count. */
function countOf(counts: KeyCounts, unusedFor: string): number | undefined {
  return (counts as Record<string, unknown>)[`unused_for_${unusedFor}`] as number | undefined;
}
