import type { ApiKeyInfo, KeyEvent } from '@keystamp/server/contract';
import { relativeTime } from '@keystamp/server/contract/relative-time';
import { useQuery } from '@tanstack/react-query';
import { listEvents } from '../../../api/events.ts';
import { readTime } from '../../../clock/exact-time.ts';
import { ExactTime } from '../../../components/exact-time.tsx';
import { Notice } from '../../../components/notice.tsx';

const REFRESH_MS = 5000;

/** Of a key that may not act: since when, and whether anything has presented it since. */
export function PresentedSince({ apiKey }: { apiKey: ApiKeyInfo }) {
  const stop = stopOf(apiKey);
  const refused = useQuery({
    queryKey: ['api-keys', 'refused', apiKey.id, stop?.since.toISOString()],
    queryFn: ({ signal }) =>
      listEvents(
        {
          key_id: apiKey.id,
          kind: 'refused',
          limit: 1,
          ...(stop === null ? {} : { since: stop.since.toISOString() }),
        },
        signal,
      ),
    enabled: stop !== null,
    refetchInterval: REFRESH_MS,
  });
  if (stop === null) return null;
  const latest = refused.data?.events[0];
  return (
    <Notice tone={latest === undefined ? 'quiet' : 'grave'}>
      <p>
        <strong>
          {stop.words} <ExactTime at={stop.since} textAt={(now) => relativeTime(stop.since, now)} />
          .
        </strong>{' '}
        {refused.data !== undefined &&
          (latest === undefined ? 'Nothing has presented it since.' : <Presented event={latest} />)}
      </p>
    </Notice>
  );
}

function Presented({ event }: { event: KeyEvent }) {
  const at = readTime(event.at);
  if (at === null) return 'It was presented since, and refused.';
  const network = event.refusal?.network ?? null;
  return (
    <>
      Presented{' '}
      <ExactTime
        at={at}
        textAt={(now) => relativeTime(at, now)}
        meaning="Something still sends this key. It is noted once an hour at most."
      />
      {network !== null && ` from ${network}`}, refused.
    </>
  );
}

const words = { disabled: 'Disabled', revoked: 'Revoked', expired: 'Expired' } as const;

/** Null: it may act, or its user stops it, of which no time is known. */
function stopOf(key: ApiKeyInfo): { words: string; since: Date } | null {
  if (key.status === 'active' || key.status === 'user_inactive') return null;
  const times = {
    disabled: key.disabled_at,
    revoked: key.revoked_at,
    expired: key.expires_at,
  } as const;
  const since = readTime(times[key.status]);
  return since === null ? null : { words: words[key.status], since };
}
