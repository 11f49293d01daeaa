import type { User } from '@keystamp/server/contract';
import { Link } from 'wouter';
import type { View } from '../filter/view.ts';
import { useApiKeyCount } from '../key/use-api-keys.ts';
import { reviewFilter, unusedWords } from './review-address.ts';

interface ReviewLinkProps {
  view: View;
  me: User;
}

/** The way from the list to a review of what looks unused in it; nothing where nothing does. */
export function ReviewLink({ view, me }: ReviewLinkProps) {
  const filter = reviewFilter(view, me.is_admin);
  const { data: count } = useApiKeyCount(filter);
  if (!count) return null;
  const words = count === 1 ? '1 key looks unused' : `${count.toLocaleString()} keys look unused`;
  return (
    <Link
      href={`/review${window.location.search}`}
      className="button"
      title={unusedWords(filter.unused_for)}
    >
      {words}: go through {count === 1 ? 'it' : 'them'}
    </Link>
  );
}
