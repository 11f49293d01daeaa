import type { ApiKeyInfo, ListApiKeysQuery, User } from '@keystamp/server/contract';
import { useQuery } from '@tanstack/react-query';
import { isKept } from 'keystamp/rules';
import { useEffect, useState } from 'react';
import { listApiKeys } from '../../../api/api-keys.ts';
import { type ApiFailure, asFailure } from '../../../api/failure.ts';
import { serverNow } from '../../../clock/server-clock.ts';
import type { UseRecord } from '../key/last-use.ts';
import type { Decisions } from './decisions.ts';

/** More than that nobody goes through one by one. */
export const MAX_REVIEWED = 1000;

export interface ReviewedKeys {
  /** Those without a use or with the oldest one first. */
  readonly keys: readonly ApiKeyInfo[];
  /** All that the filter finds, also those that are not among `keys`. */
  readonly total: number;
  /** Left out: their metadata keep them until a later day. */
  readonly kept: number;
  readonly useRecord: UseRecord;
}

interface Progress {
  /** Names the look at the keys that the answers are about. */
  readonly start: number;
  readonly index: number;
  readonly decisions: Decisions;
}

export interface Review {
  /** Null until they come. */
  readonly found: ReviewedKeys | null;
  readonly failure: ApiFailure | null;
  retry(): void;
  readonly progress: Progress;
  setProgress(next: Omit<Progress, 'start'>): void;
  /** Answers were carried out: the next review looks again, and begins without them. */
  forget(): void;
  again(): void;
}

let starts = 0;

function fromTheBegin(): Progress {
  starts += 1;
  return { start: starts, index: 0, decisions: new Map() };
}

/** Answers outlive a look at another page, by the user and the filter. */
const remembered = new Map<string, Progress>();

/**
 * The keys that a filter finds, as they were at the begin: a review does not grow while somebody is at it. For another
 * filter the component has to be another one.
 */
export function useReview(filter: ListApiKeysQuery, me: User): Review {
  const name = `${me.id} ${JSON.stringify(filter)}`;
  const [progress, setState] = useState(() => remembered.get(name) ?? fromTheBegin());
  const query = useQuery({
    queryKey: ['review', name, progress.start],
    queryFn: ({ signal }) => findKeys(filter, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  });
  useWarningBeforeLoss(progress.decisions.size > 0);
  return {
    found: query.data ?? null,
    failure: query.error === null ? null : asFailure(query.error),
    retry: () => void query.refetch(),
    progress,
    setProgress: (next) => {
      const changed = { start: progress.start, ...next };
      remembered.set(name, changed);
      setState(changed);
    },
    forget: () => {
      remembered.delete(name);
      setState({ start: progress.start, index: 0, decisions: new Map() });
    },
    again: () => setState(fromTheBegin()),
  };
}

async function findKeys(filter: ListApiKeysQuery, signal: AbortSignal): Promise<ReviewedKeys> {
  const page = await listApiKeys(
    { ...filter, sort: 'last_used_at', order: 'asc', limit: MAX_REVIEWED, count: true },
    signal,
  );
  const now = serverNow();
  const keys = page.api_keys.filter(({ metadata }) => !isKept(metadata, now));
  const kept = page.api_keys.length - keys.length;
  return { keys, kept, total: (page.count ?? page.api_keys.length) - kept, useRecord: page };
}

/** A closed or reloaded tab forgets the decisions. */
function useWarningBeforeLoss(isAtWork: boolean): void {
  useEffect(() => {
    if (!isAtWork) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [isAtWork]);
}
