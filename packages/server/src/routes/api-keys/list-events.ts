import type { EventQuery, KeyEvent } from 'keystamp';
import type { ServerContext } from '../../context.js';
import { ListEventsQuery, ListedEvents } from '../../contract/events.js';
import { READ_SCOPE } from '../../contract/scopes.js';
import type { Actor } from '../../http/actor.js';
import { asOf } from '../../http/as-of.js';
import type { HttpApp } from '../../http/http-app.js';
import { callerOf, reachOf, requireOwn } from './caller.js';
import { toEventInfo } from './event-info.js';
import { given, timeOf } from './input.js';

/** `GET /api/events` */
export function listEventsRoute(app: HttpApp, { keystamp }: ServerContext): void {
  const schema = {
    tags: ['API keys'],
    operationId: 'listEvents',
    summary: 'What happened to keys and who did it, newest first',
    description:
      'Administrators see the events of all keys, others those of keys that were theirs after the change. A use is no event.',
    querystring: ListEventsQuery,
    response: { 200: ListedEvents },
  };
  const config = { access: 'session_or_key', scope: READ_SCOPE } as const;
  app.get('/api/events', { schema, config }, async (request) => {
    const caller = callerOf(request);
    const found = await keystamp.listEvents(toEventQuery(request.query, caller));
    const events = found.events.map((event) => toEventInfo(shownTo(caller, event)));
    return { events, next_cursor: found.nextCursor, as_of: asOf(keystamp) };
  });
}

function toEventQuery(query: ListEventsQuery, caller: Actor): EventQuery {
  const { key_id, user_id, since, until, newest_of, limit, ...same } = query;
  if (user_id !== undefined) requireOwn(caller, user_id);
  return {
    ...given({
      ...same,
      keyId: key_id,
      newestOf: newest_of?.split(','),
      // The default stands in every query.
      limit: newest_of === undefined ? limit : undefined,
      userId: user_id,
      since: since === undefined ? undefined : (timeOf(since) as Date),
      until: until === undefined ? undefined : (timeOf(until) as Date),
    }),
    ...reachOf(caller),
  };
}

/** Of a change by somebody else, a user sees who made it; from which address is for administrators. */
function shownTo({ user }: Actor, event: KeyEvent): KeyEvent {
  return user.isAdmin || event.actor.userId === user.id ? event : { ...event, fromAddress: null };
}
