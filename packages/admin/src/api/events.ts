import type { ListEventsQuery, ListedEvents } from '@keystamp/server/contract';
import { queryOf } from './query.ts';
import { request } from './request.ts';

/** What happened to keys and who did it, newest first. */
export function listEvents(query: ListEventsQuery, signal?: AbortSignal): Promise<ListedEvents> {
  return request('GET', `/api/events?${queryOf(query)}`, { signal });
}
