import type { ApiKeyInfo } from '@keystamp/server/contract';
import { isInFuture, plainDate, relativeTime } from '@keystamp/server/contract/relative-time';
import { serverNow } from '../../../clock/server-clock.ts';
import { ExactTime } from '../../../components/exact-time.tsx';
import { InfoTip } from '../../../components/info-tip.tsx';
import { type LastUse, lastUseOf, type UseRecord } from './last-use.ts';

interface LastUsedProps {
  apiKey: Pick<ApiKeyInfo, 'last_used_at' | 'created_at'>;
  useRecord: UseRecord;
}

/** When a key was last used: in words that tick, and "—" where no use is recorded. */
export function LastUsed({ apiKey, useRecord }: LastUsedProps) {
  const use = lastUseOf(apiKey, useRecord);
  switch (use.kind) {
    case 'used':
      return (
        <ExactTime at={use.at} textAt={(now) => wordingOf(use, now)} meaning={meaningOf(use)} />
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
          tip={`Each use since ${plainDate(use.since)} is recorded: since then uses are recorded, or a backup was restored. This key is older. It may have been used before.`}
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

type Used = Extract<LastUse, { kind: 'used' }>;

function wordingOf({ at, restoredAt }: Used, now: Date): string {
  const words = relativeTime(at, now);
  return restoredAt === null ? words : `${words} or later`;
}

function meaningOf({ at, restoredAt }: Used): string {
  if (isInFuture(at, serverNow())) {
    return 'A wrong clock recorded this time, which is in the future. The next use of the key replaces it.';
  }
  return restoredAt === null
    ? 'The last request that this key authenticated.'
    : `A backup was restored on ${plainDate(restoredAt)}. Later uses of this key before that may be missing.`;
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
