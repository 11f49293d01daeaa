import { relativeTime } from '@keystamp/server/contract/relative-time';
import { useTicking } from '../../../clock/use-ticking.ts';

/** Whether a new key was used. A screen reader says it once; the words for eyes tick. */
export function FirstUse({ usedAt }: { usedAt: Date | null }) {
  const words = useTicking((now) => (usedAt === null ? '' : relativeTime(usedAt, now)));
  return (
    <div>
      <p className={usedAt === null ? 'first-use' : 'first-use first-use-seen'}>
        {usedAt === null ? 'Waiting for its first use…' : `Used ${words}`}
      </p>
      <p className="visually-hidden" role="status">
        {usedAt !== null && 'The key was used. It works.'}
      </p>
    </div>
  );
}
