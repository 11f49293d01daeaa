import type { KeyEvent } from '@keystamp/server/contract';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { listEvents } from '../../../api/events.ts';
import { type ApiFailure, asFailure } from '../../../api/failure.ts';
import { useAction } from '../../../api/use-action.ts';

const PAGE_SIZE = 20;
const REFRESH_MS = 5000;

export interface KeyHistory {
  /** Newest first; null until they come. */
  readonly events: readonly KeyEvent[] | null;
  readonly hasOlder: boolean;
  readonly isReadingOlder: boolean;
  readonly failure: ApiFailure | null;
  readOlder(): Promise<void>;
}

interface OlderEvents {
  readonly events: readonly KeyEvent[];
  readonly nextCursor: string | null;
}

/** The history of one key. Its newest page is read again by itself; older pages do not change. */
export function useKeyHistory(keyId: string): KeyHistory {
  const newest = useQuery({
    queryKey: ['api-keys', 'events', keyId],
    queryFn: ({ signal }) => listEvents({ key_id: keyId, limit: PAGE_SIZE }, signal),
    refetchInterval: REFRESH_MS,
  });
  const [older, setOlder] = useState<OlderEvents | null>(null);
  const events = newest.data === undefined ? null : joined(newest.data.events, older?.events ?? []);
  const nextCursor = older === null ? (newest.data?.next_cursor ?? null) : older.nextCursor;
  const read = useAction(async (cursor: string) => {
    const page = await listEvents({ key_id: keyId, limit: PAGE_SIZE, cursor });
    // With what is on view: newer events push those off the newest page.
    setOlder({ events: joined(events ?? [], page.events), nextCursor: page.next_cursor });
  });
  const failed = read.failure ?? newest.error;
  return {
    events,
    hasOlder: nextCursor !== null,
    isReadingOlder: read.pending,
    failure: failed === null ? null : asFailure(failed),
    readOlder: async () => {
      if (nextCursor !== null) await read.run(nextCursor);
    },
  };
}

/** Each event once. The first ones are the newer ones. */
function joined(newer: readonly KeyEvent[], older: readonly KeyEvent[]): readonly KeyEvent[] {
  const ids = new Set(newer.map(({ id }) => id));
  return [...newer, ...older.filter(({ id }) => !ids.has(id))];
}
