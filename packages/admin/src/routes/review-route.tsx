import { ReviewPanel } from '../features/api-keys/review/review-panel.tsx';
import { useMe } from '../features/session/me.tsx';
import { usePageTitle } from './use-page-title.ts';

export function ReviewRoute() {
  usePageTitle('Review of unused keys');
  return <ReviewPanel me={useMe()} />;
}
