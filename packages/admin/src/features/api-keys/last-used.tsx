import type { ApiKeyInfo } from '@keystamp/server/contract';
import { isInFuture, plainDate, relativeTime } from '@keystamp/server/contract/relative-time';
import { serverNow } from '../../clock/server-clock.ts';
import { ExactTime } from '../../components/exact-time.tsx';
import { InfoTip } from '../../components/info-tip.tsx';
import { lastUseOf } from './last-use.ts';

interface LastUsedProps {
  apiKey: Pick<ApiKeyInfo, 'last_used_at' | 'created_at'>;
  trackingSince: string;
}

/** When a key was last used: in words that tick, and "—" where no use is recorded. */
export function LastUsed({ apiKey, trackingSince }: LastUsedProps) {
  const use = lastUseOf(apiKey, trackingSince);
  switch (use.kind) {
    case 'used':
      return (
        <ExactTime
          at={use.at}
          textAt={(now) => relativeTime(use.at, now)}
          meaning={
            isInFuture(use.at, serverNow())
              ? 'A wrong clock recorded this time, which is in the future. The next use of the key replaces it.'
              : 'The last request that this key authenticated.'
          }
        />
      );
    case 'never':
      return (
        <InfoTip tip="No request has been authenticated with this key since it was made.">
          <NoUse says="never used" />
        </InfoTip>
      );
    case 'none_since':
      return (
        <InfoTip
          tip={`This key is older than the recording of uses, which began on ${plainDate(use.since)}. It may have been used before.`}
        >
          <NoUse says="" />
          <span className="no-use-since"> no use recorded since {plainDate(use.since)}</span>
        </InfoTip>
      );
    case 'unreadable':
      return (
        <InfoTip tip="The server sent a time that this page cannot read.">
          <span className="muted">unreadable</span>
        </InfoTip>
      );
  }
}

/** A dash for eyes, words for ears. */
function NoUse({ says }: { says: string }) {
  return (
    <time>
      <span aria-hidden="true">—</span>
      <span className="visually-hidden">{says}</span>
    </time>
  );
}
