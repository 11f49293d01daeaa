import type { ApiKeyInfo, KeyEvent } from '@keystamp/server/contract';
import { relativeTime } from '@keystamp/server/contract/relative-time';
import { useQuery } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useMemo } from 'react';
import { listEvents } from '../../../api/events.ts';
import { readTime } from '../../../clock/exact-time.ts';
import { ExactTime } from '../../../components/exact-time.tsx';

const REFRESH_MS = 10_000;

/** The newest refused use by the id of its key; null: not known yet. */
type RefusedUses = ReadonlyMap<string, KeyEvent> | null;

const RefusedUsesContext = createContext<RefusedUses>(null);

/** Knows of the disabled keys among these whether anything presented them: one request for all of them. */
export function RefusedUsesOf({
  keys,
  children,
}: {
  keys: readonly ApiKeyInfo[];
  children: ReactNode;
}) {
  const ids = keys.filter(isDisabled).map(({ id }) => id);
  const newest_of = ids.join(',');
  const { data } = useQuery({
    queryKey: ['api-keys', 'refused', newest_of],
    queryFn: ({ signal }) => listEvents({ kind: 'refused', newest_of }, signal),
    enabled: ids.length > 0,
    placeholderData: (before) => before,
    refetchInterval: REFRESH_MS,
  });
  const known = useMemo(
    () => data && new Map(data.events.map((event) => [event.key_id, event])),
    [data],
  );
  return (
    <RefusedUsesContext.Provider value={known ?? null}>{children}</RefusedUsesContext.Provider>
  );
}

/** Of a disabled key: when something presented it since, and from where. Nothing of other keys. */
export function RefusedUse({ apiKey }: { apiKey: ApiKeyInfo }) {
  const known = useContext(RefusedUsesContext);
  if (known === null || !isDisabled(apiKey)) return null;
  const event = known.get(apiKey.id);
  const at = event === undefined ? null : refusedSince(event, apiKey);
  if (at === null) return <span className="cell-note">Nothing has presented it since</span>;
  const network = event?.refusal?.network;
  const from = network == null ? '' : ` from ${network}`;
  return (
    <span className="cell-note refused-use">
      <ExactTime
        at={at}
        textAt={(now) => `Presented ${relativeTime(at, now)}${from}, refused`}
        meaning="A request with this key was refused. One an hour is written down: there may have been more since."
      />
    </span>
  );
}

function isDisabled({ status }: ApiKeyInfo): boolean {
  return status === 'disabled';
}

/** A refusal from before the key was disabled, such as of its inactive owner, says nothing of now. */
function refusedSince(event: KeyEvent, { disabled_at }: ApiKeyInfo): Date | null {
  const at = readTime(event.at);
  const disabledAt = readTime(disabled_at);
  return at !== null && disabledAt !== null && at >= disabledAt ? at : null;
}
