import type { KeyEvent, User } from '@keystamp/server/contract';
import { type EventNames, eventWording } from '@keystamp/server/contract/event-wording';
import { relativeTime } from '@keystamp/server/contract/relative-time';
import { readTime } from '../../../clock/exact-time.ts';
import { Button } from '../../../components/button.tsx';
import { ExactTime } from '../../../components/exact-time.tsx';
import { FailureNotice } from '../../../components/failure-notice.tsx';
import { useEventReader } from './event-reader.ts';
import { useKeyHistory } from './use-key-history.ts';

interface KeyHistoryProps {
  keyId: string;
  me: User;
  /** What stands in place of an empty list. */
  empty: string;
}

/** What happened to a key and who did it, newest first. */
export function KeyHistory({ keyId, me, empty }: KeyHistoryProps) {
  const reader = useEventReader(me);
  const history = useKeyHistory(keyId);
  return (
    <section className="key-history" aria-label="History">
      <h3>History</h3>
      {history.events?.length === 0 && <p className="muted">{empty}</p>}
      {history.events !== null && history.events.length > 0 && (
        <ol>
          {history.events.map((event) => (
            <EventLine key={event.id} event={event} reader={reader} />
          ))}
        </ol>
      )}
      {history.events === null && history.failure === null && <p className="muted">Reading…</p>}
      <FailureNotice failure={history.failure} />
      {history.hasOlder && (
        <Button busy={history.isReadingOlder} onClick={history.readOlder}>
          Older
        </Button>
      )}
    </section>
  );
}

interface EventLineProps {
  event: KeyEvent;
  reader: EventNames;
}

function EventLine({ event, reader }: EventLineProps) {
  const at = readTime(event.at);
  return (
    <li className={event.kind === 'refused' ? 'event event-refused' : 'event'}>
      <bdi>{eventWording(event, reader)}</bdi>{' '}
      <span className="event-time">
        {at === null ? 'unreadable' : <ExactTime at={at} textAt={(now) => relativeTime(at, now)} />}
      </span>
    </li>
  );
}
