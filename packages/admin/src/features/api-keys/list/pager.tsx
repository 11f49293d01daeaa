import { Button } from '../../../components/button.tsx';
import { rangeOf } from './page-range.ts';

interface PagerProps {
  page: number;
  /** Keys on this page, and on all of them; null: not known yet. */
  shown: number;
  count: number | null;
  hasNext: boolean;
  /** False where the page was opened by its address: then only the first page is known before it. */
  hasPrevious: boolean;
  onNext(): void;
  onPrevious(): void;
  onFirst(): void;
}

export function Pager(props: PagerProps) {
  const { page, shown, count, hasNext, hasPrevious, onNext, onPrevious, onFirst } = props;
  if (page === 1 && !hasNext) return null;
  return (
    <nav className="pager" aria-label="Pages">
      <span className="muted">
        {rangeOf(page, shown)}
        {count !== null && ` of ${count.toLocaleString()}`}
      </span>
      {page > 1 && !hasPrevious ? (
        <Button onClick={onFirst}>First page</Button>
      ) : (
        <Button onClick={onPrevious} disabled={page === 1}>
          Previous
        </Button>
      )}
      <Button onClick={onNext} disabled={!hasNext}>
        Next
      </Button>
    </nav>
  );
}
