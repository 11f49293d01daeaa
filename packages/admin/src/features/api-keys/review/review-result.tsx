import { useLayoutEffect, useRef } from 'react';
import { Link } from 'wouter';
import { Button } from '../../../components/button.tsx';
import { FailureNotice } from '../../../components/failure-notice.tsx';
import { countedOutcomes, OutcomeList } from '../selection/outcome-list.tsx';
import type { ReviewReport } from './apply-review.ts';

interface ReviewResultProps {
  report: ReviewReport;
  listHref: string;
  onAgain(): void;
}

/** What came of the answers, key by key. */
export function ReviewResult({ report, listHref, onAgain }: ReviewResultProps) {
  const title = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => title.current?.focus(), []);
  return (
    <section className="review-card" aria-label="Result">
      <h2 ref={title} tabIndex={-1}>
        {report.failure === null ? 'Done' : 'Done in part'}
      </h2>
      <p>{countedOutcomes(report.outcomes)}</p>
      <FailureNotice failure={report.failure} />
      <OutcomeList outcomes={report.outcomes} />
      <div className="review-steps">
        <Link href={listHref} className="button button-primary">
          Back to the list
        </Link>
        <Button onClick={onAgain}>Look for more</Button>
      </div>
    </section>
  );
}
