import type { PastedKey } from '../filter/pasted-key.ts';
import type { View } from '../filter/view.ts';
import { countedKeys } from '../key/many-keys.ts';
import { OutageLine } from './outage-line.tsx';
import { rangeOf } from './page-range.ts';
import type { KeyList } from './use-key-list.ts';

interface ResultLineProps {
  view: View;
  pasted: PastedKey | null;
  list: KeyList;
  /** The address or id of the one user whose keys are shown. */
  userName: string | null;
  onForgetKey(): void;
  onAllUsers(): void;
}

/** What the table shows, in words, with a way out of each narrowing that no control shows. */
export function ResultLine(props: ResultLineProps) {
  const { view, pasted, list, userName, onForgetKey, onAllUsers } = props;
  return (
    <div className="result-line">
      <p className="result-count" role="status">
        {pasted === null ? found(list, view) : <FoundByHash prefix={pasted.prefix} />}
      </p>
      {pasted !== null && (
        <button type="button" className="link-button" onClick={onForgetKey}>
          Show all keys
        </button>
      )}
      {pasted === null && userName !== null && (
        <span className="chip">
          <span className="chip-text" title={userName}>
            <bdi>{userName}</bdi>
          </span>
          <button type="button" aria-label={`All users, not only ${userName}`} onClick={onAllUsers}>
            ×
          </button>
        </span>
      )}
      {list.held.behind && (
        <button type="button" className="link-button" onClick={list.held.catchUp}>
          The list has changed. Refresh
        </button>
      )}
      {list.state !== 'failed' && <OutageLine failure={list.failure} knownAt={list.knownAt} />}
    </div>
  );
}

function FoundByHash({ prefix }: { prefix: string }) {
  return (
    <>
      Found by the hash of the pasted key <code>{prefix}…</code>
    </>
  );
}

function found({ count, held, nextCursor }: KeyList, view: View): string {
  if (count === null) return '\u00a0';
  const isPaged = view.page > 1 || nextCursor !== null;
  const all = isPaged
    ? `${rangeOf(view.page, held.rows.length)} of ${countedKeys(count)}`
    : countedKeys(count);
  if (view.unusedFor === 'never') return `${all} without a recorded use`;
  if (view.unusedFor === null) return all;
  return `${all} unused for ${view.unusedFor.slice(0, -1)} days`;
}
