import type { ApiKeyInfo, ListApiKeysQuery, User } from '@keystamp/server/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useSearch } from 'wouter';
import { announce } from '../../../components/announcer.tsx';
import { Button } from '../../../components/button.tsx';
import { showDisabled } from '../key/disabled-toast.ts';
import { countedKeys } from '../key/many-keys.ts';
import { refreshApiKeys } from '../key/use-api-keys.ts';
import { useOwnerNames } from '../key/use-everybody.ts';
import type { ReviewReport } from './apply-review.ts';
import { type Decision, decide, withdraw } from './decisions.ts';
import { reviewFilterOf, unusedWords } from './review-address.ts';
import { ReviewCard } from './review-card.tsx';
import { ReviewResult } from './review-result.tsx';
import { ReviewSummary } from './review-summary.tsx';
import { type Review, type ReviewedKeys, useReview } from './use-review.ts';
import './review.css';

/** Goes through the keys that look unused, one at a time. Nothing happens until all answers are confirmed. */
export function ReviewPanel({ me }: { me: User }) {
  const search = useSearch();
  const filter = reviewFilterOf(search, me.is_admin);
  const listHref = search === '' ? '/' : `/?${search}`;
  return <ReviewOf key={JSON.stringify(filter)} {...{ me, filter, listHref }} />;
}

interface ReviewOfProps {
  me: User;
  filter: ListApiKeysQuery;
  listHref: string;
}

function ReviewOf({ me, filter, listHref }: ReviewOfProps) {
  const review = useReview(filter, me);
  const { found, failure } = review;
  return (
    <>
      <header className="page-header">
        <h1 tabIndex={-1} data-focus-home>
          Review of keys {unusedWords(filter.unused_for)}
        </h1>
        <Link href={listHref} className="button">
          Back to the list
        </Link>
      </header>
      {found !== null ? (
        <Steps review={review} found={found} me={me} listHref={listHref} />
      ) : failure === null ? (
        <p role="status" className="muted">
          Looking for keys…
        </p>
      ) : (
        <div className="blank" role="alert">
          <h2>The keys cannot be shown</h2>
          <p>{failure.message}</p>
          <Button onClick={review.retry}>Try again</Button>
        </div>
      )}
    </>
  );
}

interface StepsProps {
  review: Review;
  found: ReviewedKeys;
  me: User;
  listHref: string;
}

function Steps({ review, found, me, listHref }: StepsProps) {
  const { keys, kept, useRecord } = found;
  const { progress, setProgress } = review;
  const { index, decisions } = progress;
  const client = useQueryClient();
  const ownerOf = useOwnerNames(keys, me);
  const [keepDays, setKeepDays] = useState<number>(90);
  const [report, setReport] = useState<ReviewReport | null>(null);
  const key = keys[index];
  const goTo = (next: number) => setProgress({ index: next, decisions });

  function answer(seen: ApiKeyInfo, decision: Decision): void {
    setProgress({ index: index + 1, decisions: decide(decisions, seen, decision) });
    announce(`${seen.name}: ${decision.kind}.`);
  }

  function applied(result: ReviewReport): void {
    setReport(result);
    review.forget();
    void refreshApiKeys(client);
    const ids = result.outcomes
      .filter(({ outcome }) => outcome === 'disabled')
      .map((each) => each.key.id);
    const words = `${countedKeys(ids.length)} ${ids.length === 1 ? 'was' : 'were'} disabled.`;
    showDisabled(ids, words, () => void refreshApiKeys(client));
  }

  if (report !== null) {
    const again = () => {
      setReport(null);
      review.again();
    };
    return <ReviewResult report={report} listHref={listHref} onAgain={again} />;
  }
  if (keys.length === 0) {
    return (
      <div className="blank">
        <h2>Nothing to go through</h2>
        <p>
          {kept === 0
            ? 'No key looks unused.'
            : `${countedKeys(kept)} that look unused are kept until a later day.`}
        </p>
        <Link href={listHref} className="button">
          Back to the list
        </Link>
      </div>
    );
  }
  return (
    <>
      <Progress {...{ found, index }} decided={decisions.size} onFinish={() => goTo(keys.length)} />
      {key === undefined ? (
        <ReviewSummary
          decisions={decisions}
          undecided={keys.length - decisions.size}
          useRecord={useRecord}
          onBack={() => goTo(Math.max(0, firstUndecided(keys, decisions)))}
          onShow={(id) => goTo(keys.findIndex((each) => each.id === id))}
          onDone={applied}
        />
      ) : (
        <ReviewCard
          apiKey={key}
          place={`Key ${index + 1} of ${keys.length}`}
          me={me}
          owner={ownerOf(key)}
          useRecord={useRecord}
          decision={decisions.get(key.id)?.decision}
          keepDays={keepDays}
          onKeepDays={setKeepDays}
          onDecide={answer}
          onWithdraw={() => setProgress({ index, decisions: withdraw(decisions, key.id) })}
          onPrevious={index === 0 ? null : () => goTo(index - 1)}
          onNext={() => goTo(index + 1)}
        />
      )}
    </>
  );
}

function firstUndecided(
  keys: readonly ApiKeyInfo[],
  decisions: ReadonlyMap<string, unknown>,
): number {
  return keys.findIndex(({ id }) => !decisions.has(id));
}

interface ProgressProps {
  found: ReviewedKeys;
  index: number;
  decided: number;
  onFinish(): void;
}

function Progress({ found, index, decided, onFinish }: ProgressProps) {
  const { keys, kept, total } = found;
  const count = keys.length.toLocaleString();
  return (
    <div className="review-progress">
      <p>
        {index < keys.length && `Key ${(index + 1).toLocaleString()} of ${count} · `}
        {decided.toLocaleString()} answered
        {total > keys.length && ` · the first ${count} of ${total.toLocaleString()}`}
        {kept > 0 && ` · ${countedKeys(kept)} left out, kept until a later day`}
      </p>
      {index < keys.length && decided > 0 && (
        <Button onClick={onFinish}>Finish with {countedKeys(decided)}</Button>
      )}
      <progress aria-label="Answered" value={decided} max={keys.length} />
    </div>
  );
}
