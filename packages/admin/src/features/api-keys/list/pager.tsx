import { Button } from '../../../components/button.tsx';

interface PagerProps {
  page: number;
  hasNext: boolean;
  /** False where the page was opened by its address: then only the first page is known before it. */
  hasPrevious: boolean;
  onNext(): void;
  onPrevious(): void;
  onFirst(): void;
}

export function Pager({ page, hasNext, hasPrevious, onNext, onPrevious, onFirst }: PagerProps) {
  if (page === 1 && !hasNext) return null;
  return (
    <nav className="pager" aria-label="Pages">
      <span className="muted">Page {page.toLocaleString()}</span>
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
