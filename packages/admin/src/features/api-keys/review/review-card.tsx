import type { ApiKeyInfo, User } from '@keystamp/server/contract';
import { type KeyboardEvent, useLayoutEffect, useRef } from 'react';
import { serverNow } from '../../../clock/server-clock.ts';
import { useTicking } from '../../../clock/use-ticking.ts';
import { Button } from '../../../components/button.tsx';
import { FailureNotice } from '../../../components/failure-notice.tsx';
import { Notice } from '../../../components/notice.tsx';
import { consequenceFor, isInUse } from '../key/consequence.ts';
import type { UseRecord } from '../key/last-use.ts';
import { StatusLabel } from '../key/status-label.tsx';
import { KeyFacts } from '../view/key-facts.tsx';
import { KeyHistory } from '../view/key-history.tsx';
import { useKey } from '../view/use-key.ts';
import type { Decision } from './decisions.ts';
import { answerOf, ReviewAnswers } from './review-answers.tsx';
import '../view/key-view.css';

interface ReviewCardProps {
  /** As it was at the begin of the review. */
  apiKey: ApiKeyInfo;
  /** As in "Key 3 of 57". */
  place: string;
  me: User;
  owner: string;
  useRecord: UseRecord;
  decision: Decision | undefined;
  keepDays: number;
  onKeepDays(days: number): void;
  /** With the key as it is on view: a use after that leaves it alone. */
  onDecide(key: ApiKeyInfo, decision: Decision): void;
  onWithdraw(): void;
  onPrevious: (() => void) | null;
  onNext(): void;
}

/** One key with all that is known of it, and what is to become of it. Letters answer while the focus is in it. */
export function ReviewCard(props: ReviewCardProps) {
  const { apiKey, place, me, owner, useRecord, decision, keepDays, onNext, onPrevious } = props;
  const found = useKey(apiKey.id, apiKey);
  const key = found.state === 'found' ? found.key : apiKey;
  const sentence = useTicking((now) => consequenceFor('revoke', key, useRecord, now));
  const title = useRef<HTMLHeadingElement>(null);
  // Another key takes the focus to its name.
  useLayoutEffect(() => title.current?.focus(), [apiKey.id]);

  function onKeyDown(event: KeyboardEvent<HTMLElement>): void {
    if (event.ctrlKey || event.metaKey || event.altKey || isField(event.target)) return;
    const answer = answerOf(event.key, keepDays);
    if (answer !== null) props.onDecide(key, answer);
    else if (event.key === 'ArrowRight') onNext();
    else if (event.key === 'ArrowLeft') onPrevious?.();
    else return;
    event.preventDefault();
  }

  return (
    <section className="review-card key-view" aria-label={place} onKeyDown={onKeyDown}>
      <h2 ref={title} tabIndex={-1}>
        <bdi>{key.name}</bdi>
      </h2>
      <p className="key-view-line">
        <code>{key.key_prefix}…</code> <StatusLabel apiKey={key} />
      </p>
      <Notice tone={isInUse(key, useRecord, serverNow()) ? 'grave' : 'quiet'}>
        <p>
          <strong>
            {found.state === 'not_found' ? 'It is not there any more: it was deleted.' : sentence}
          </strong>
        </p>
      </Notice>
      <ReviewAnswers
        decision={decision}
        keepDays={keepDays}
        onKeepDays={props.onKeepDays}
        onDecide={(answer) => props.onDecide(key, answer)}
      />
      <div className="review-steps">
        <Button
          variant="quiet"
          disabled={onPrevious === null}
          aria-keyshortcuts="ArrowLeft"
          onClick={() => onPrevious?.()}
        >
          <kbd>←</kbd> Previous
        </Button>
        <Button variant="quiet" aria-keyshortcuts="ArrowRight" onClick={onNext}>
          {decision === undefined ? 'Decide later' : 'Next'} <kbd>→</kbd>
        </Button>
        {decision !== undefined && (
          <Button variant="quiet" onClick={props.onWithdraw}>
            Take the answer back
          </Button>
        )}
      </div>
      {key.note !== null && (
        <bdi className="whole-note key-view-note" dir="auto">
          {key.note}
        </bdi>
      )}
      <FailureNotice failure={found.state === 'found' ? found.failure : null} />
      <KeyFacts apiKey={key} owner={owner} useRecord={useRecord} />
      <KeyHistory
        key={key.id}
        keyId={key.id}
        me={me}
        empty="Nothing is recorded of it: it is older than the history."
      />
    </section>
  );
}

/** Letters in a field are its own. */
function isField(target: EventTarget): boolean {
  return target instanceof Element && target.closest('input, select, textarea') !== null;
}
