import { Notice } from '../../components/notice.tsx';
import { countedKeys } from '../api-keys/key/many-keys.ts';
import type { NotMoved } from './move-keys.ts';

/** The keys that could not be moved, each with its reason. */
export function NotMovedList({ notMoved }: { notMoved: readonly NotMoved[] }) {
  if (notMoved.length === 0) return null;
  return (
    <>
      <Notice tone="error">
        <p>{countedKeys(notMoved.length)} could not be moved. The user is still active.</p>
      </Notice>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard. */}
      <ul className="outcomes" tabIndex={0} aria-label="Keys that could not be moved">
        {notMoved.map(({ key, failure }) => (
          <li key={key.id} className="outcome outcome-not_tried">
            <span>
              <bdi>{key.name}</bdi> <code>{key.key_prefix}…</code>
            </span>
            <span>{failure.message}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
