import { plainDate } from '@keystamp/server/contract/relative-time';
import { useLayoutEffect, useMemo, useRef, useState } from 'react';
import { serverNow } from '../../../clock/server-clock.ts';
import { Button } from '../../../components/button.tsx';
import { Form } from '../../../components/form.tsx';
import type { UseRecord } from '../key/last-use.ts';
import { countByUse, countedKeys } from '../key/many-keys.ts';
import { useTypedGuard } from '../selection/typed-guard.tsx';
import { UseSummary } from '../selection/use-summary.tsx';
import { applyReview, type ReviewReport } from './apply-review.ts';
import { type Decided, type Decisions, decidedTo, noonOf } from './decisions.ts';

interface ReviewSummaryProps {
  decisions: Decisions;
  /** Keys without an answer. */
  undecided: number;
  useRecord: UseRecord;
  onBack(): void;
  onShow(id: string): void;
  onDone(report: ReviewReport): void;
}

/** All answers before anything happens, and the question whether it shall. */
export function ReviewSummary(props: ReviewSummaryProps) {
  const { decisions, undecided, useRecord, onBack, onShow, onDone } = props;
  const [done, setDone] = useState<number | null>(null);
  const [lookedAt] = useState(serverNow);
  const kept = decidedTo(decisions, 'keep');
  const disabled = decidedTo(decisions, 'disable');
  const revoked = decidedTo(decisions, 'revoke');
  const stopped = useMemo(
    () =>
      [...decisions.values()]
        .filter(({ decision }) => decision.kind !== 'keep')
        .map(({ key }) => key),
    [decisions],
  );
  const counts = useMemo(
    () => countByUse(stopped, useRecord, lookedAt),
    [stopped, useRecord, lookedAt],
  );
  const act = revoked.length > 0 ? 'revoke' : 'disable';
  const guard = useTypedGuard(act, stopped, counts);
  const title = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => title.current?.focus(), []);

  async function apply(): Promise<void> {
    if (done !== null || !guard.isOpen || decisions.size === 0) return;
    setDone(0);
    onDone(await applyReview(decisions, setDone));
  }

  return (
    <Form className="review-card" onSubmit={apply}>
      <h2 ref={title} tabIndex={-1}>
        {decisions.size === 0 ? 'No answers yet' : 'Your answers'}
      </h2>
      <p>
        Nothing has happened yet.
        {undecided > 0 &&
          ` ${countedKeys(undecided)} without an answer: nothing happens to ${undecided === 1 ? 'it' : 'them'}.`}
      </p>
      <Answers title={`Keep ${countedKeys(kept.length)}`} decided={kept} onShow={onShow} />
      <Answers
        title={`Disable ${countedKeys(disabled.length)}`}
        decided={disabled}
        onShow={onShow}
      />
      <Answers
        title={`Revoke ${countedKeys(revoked.length)}, for good`}
        decided={revoked}
        onShow={onShow}
      />
      {stopped.length > 0 && (
        <>
          <UseSummary keys={stopped} {...{ counts, useRecord, lookedAt, act }} />
          <p>A key that was used since you answered is left alone, and the result says so.</p>
        </>
      )}
      {guard.field}
      {done !== null && (
        <p role="status">
          {done.toLocaleString()} of {decisions.size.toLocaleString()} done
        </p>
      )}
      <div className="review-steps">
        <Button onClick={onBack} disabled={done !== null}>
          Back to the keys
        </Button>
        {decisions.size > 0 && (
          <Button
            type="submit"
            variant={revoked.length > 0 ? 'danger' : 'primary'}
            busy={done !== null}
            disabled={!guard.isOpen}
          >
            Apply to {countedKeys(decisions.size)}
          </Button>
        )}
      </div>
    </Form>
  );
}

/** A longer group opens on a press. */
const MAX_OPEN = 20;

interface AnswersProps {
  title: string;
  decided: readonly Decided[];
  onShow(id: string): void;
}

function Answers({ title, decided, onShow }: AnswersProps) {
  if (decided.length === 0) return null;
  return (
    <details className="review-group" open={decided.length <= MAX_OPEN}>
      <summary>{title}</summary>
      <ul>
        {decided.map(({ key, decision }) => (
          <li key={key.id}>
            <button type="button" className="link-button" onClick={() => onShow(key.id)}>
              <bdi>{key.name}</bdi>
            </button>{' '}
            {decision.kind === 'keep' && (
              <span className="muted">until {plainDate(noonOf(decision.until))}</span>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}
