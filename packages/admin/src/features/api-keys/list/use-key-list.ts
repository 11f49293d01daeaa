import type { ApiKeyInfo, KeyCounts, ListApiKeysQuery, User } from '@keystamp/server/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo, useRef, useState } from 'react';
import { type ApiFailure, asFailure } from '../../../api/failure.ts';
import { readTime } from '../../../clock/exact-time.ts';
import type { PastedKey } from '../filter/pasted-key.ts';
import { filterOfView, PAGE_SIZE, type View } from '../filter/view.ts';
import { NOTHING_KNOWN, type UseRecord } from '../key/last-use.ts';
import {
  refreshApiKeys,
  useApiKeyCount,
  useApiKeyPage,
  useKeyCounts,
} from '../key/use-api-keys.ts';
import type { HeldRows } from './hold-places.ts';
import { useNewKeys } from './new-keys.ts';
import { useHeldRows } from './use-held-rows.ts';

export interface KeyList {
  /** What the server is asked for, without order and page. */
  readonly filter: ListApiKeysQuery;
  readonly state: 'loading' | 'failed' | 'empty' | 'rows';
  readonly held: HeldRows & { catchUp(): void };
  /** Keys that were made on this visit: they stand on top. */
  readonly newIds: ReadonlySet<string>;
  /** The rows are of the view before; the new ones are on their way. */
  readonly isStale: boolean;
  readonly useRecord: UseRecord;
  readonly nextCursor: string | null;
  /** All that the filter finds; null while it is being counted. */
  readonly count: number | null;
  /** What each filter of the page would find; null until it is known. */
  readonly counts: KeyCounts | null;
  /** Why the last answer did not come; the rows, if any, are as of `knownAt`. */
  readonly failure: ApiFailure | null;
  readonly knownAt: Date;
  retry(): void;
  /** After our own change: the rows are read again, in their order. */
  changed(): Promise<void>;
}

interface KeyListInput {
  view: View;
  pasted: PastedKey | null;
  me: User;
  isHeld(): boolean;
}

const noKeys: readonly ApiKeyInfo[] = [];

export function useKeyList({ view, pasted, me, isHeld }: KeyListInput): KeyList {
  const client = useQueryClient();
  const [changes, setChanges] = useState(0);
  const filter = useMemo(() => filterOf(view, pasted, me.is_admin), [view, pasted, me.is_admin]);
  const query = useMemo(() => queryOf(filter, view, pasted !== null), [filter, view, pasted]);
  const list = useApiKeyPage(query);
  const count = useApiKeyCount(filter);
  const counts = useKeyCounts(filter);
  const failure = useStandingFailure(list.error, list.data !== undefined);

  // Rows of the view before, and the lack of any, are no place for the new rows to be held to.
  const isAnswered = list.data !== undefined && !list.isPlaceholderData;
  const viewKey = isAnswered ? `${JSON.stringify(query)} ${changes}` : 'before';
  const changesUnderWay = useRef(0);
  const mayNotMove = () => changesUnderWay.current === 0 && isHeld();
  const { rows, newIds } = useNewKeys(list.data?.api_keys ?? noKeys, view, pasted === null);
  const held = useHeldRows(rows, viewKey, mayNotMove);
  const changed = useCallback(async () => {
    changesUnderWay.current += 1;
    await refreshApiKeys(client);
    changesUnderWay.current -= 1;
    setChanges((times) => times + 1);
  }, [client]);
  const nextCursor = isAnswered ? (list.data?.next_cursor ?? null) : null;
  const isWhole = isAnswered && nextCursor === null && query.cursor === undefined;

  return {
    filter,
    state: stateOf(hasRows(list.data, failure), failure, isAnswered && held.rows.length === 0),
    held,
    newIds,
    isStale: list.isPlaceholderData,
    useRecord: list.data ?? NOTHING_KNOWN,
    nextCursor,
    // A list on one page is its own count: asked for apart, the two would differ for a moment after a change.
    count: isWhole ? list.data.api_keys.length : (count.data ?? null),
    counts: (pasted === null && counts.data) || null,
    failure,
    knownAt: readTime(list.data?.as_of) ?? new Date(list.dataUpdatedAt),
    retry: () => void list.refetch(),
    changed,
  };
}

function filterOf(view: View, pasted: PastedKey | null, isAdmin: boolean): ListApiKeysQuery {
  if (pasted === null) return filterOfView(view, isAdmin);
  return { ...(isAdmin ? { user: 'all' } : {}), key_hash: pasted.hash };
}

function queryOf(filter: ListApiKeysQuery, view: View, isPasted: boolean): ListApiKeysQuery {
  return {
    ...filter,
    sort: view.sort,
    order: view.order,
    limit: PAGE_SIZE,
    ...(view.cursor === null || isPasted ? {} : { cursor: view.cursor }),
  };
}

/** Rows of another address do not stand in for those of an address that the server refuses. */
function hasRows(data: unknown, failure: ApiFailure | null): boolean {
  return data !== undefined && failure?.status !== 400;
}

function stateOf(hasData: boolean, failure: ApiFailure | null, isEmpty: boolean): KeyList['state'] {
  if (!hasData) return failure === null ? 'loading' : 'failed';
  return isEmpty ? 'empty' : 'rows';
}

/** A failure without any answer stands until one comes; each further try would wipe it for a moment. */
function useStandingFailure(error: Error | null, hasData: boolean): ApiFailure | null {
  const [standing, setStanding] = useState<Error | null>(null);
  const current = error ?? (hasData ? null : standing);
  if (current !== standing) setStanding(current);
  return useMemo(() => (current === null ? null : asFailure(current)), [current]);
}
