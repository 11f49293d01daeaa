import type { ApiFailure } from '../../api/failure.ts';
import { isOutage } from '../../api/failure.ts';
import { Notice } from '../../components/notice.tsx';
import { countedKeys } from './bulk-revoke-dialog.tsx';
import type { PastedKey } from './use-key-search.ts';
import type { View } from './view.ts';

interface ResultLineProps {
  view: View;
  pasted: PastedKey | null;
  /** Null while it is being counted. */
  count: number | null;
  /** The address or id of the one user whose keys are shown. */
  userName: string | null;
  isBehind: boolean;
  onCatchUp(): void;
  onForgetKey(): void;
  onAllUsers(): void;
}

/** What the table shows, in words, with a way out of each narrowing that no control shows. */
export function ResultLine(props: ResultLineProps) {
  const { view, pasted, count, userName, isBehind, onCatchUp, onForgetKey, onAllUsers } = props;
  return (
    <div className="result-line">
      <p className="result-count" role="status">
        {pasted === null ? (
          count === null ? (
            '\u00a0'
          ) : (
            `${countedKeys(count)}${narrowing(view)}`
          )
        ) : (
          <>
            Found by the hash of the pasted key <code>{pasted.prefix}…</code>
          </>
        )}
      </p>
      {pasted !== null && (
        <button type="button" className="link-button" onClick={onForgetKey}>
          Show all keys
        </button>
      )}
      {pasted === null && userName !== null && (
        <span className="chip">
          {userName}
          <button type="button" aria-label={`All users, not only ${userName}`} onClick={onAllUsers}>
            ×
          </button>
        </span>
      )}
      {isBehind && (
        <button type="button" className="link-button" onClick={onCatchUp}>
          The list has changed. Show it anew
        </button>
      )}
    </div>
  );
}

function narrowing(view: View): string {
  if (view.unusedFor === 'never') return ' without a recorded use';
  if (view.unusedFor !== null) return ` unused for ${view.unusedFor.slice(0, -1)} days`;
  return '';
}

interface OutageNoticeProps {
  failure: ApiFailure | null;
  knownAt: Date;
}

/** The table stays; what it says is as of then. */
export function OutageNotice({ failure, knownAt }: OutageNoticeProps) {
  if (failure === null) return null;
  const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' }).format(knownAt);
  return (
    <Notice tone="error">
      <p>
        {isOutage(failure) ? 'No connection to the server.' : failure.message} The list is as of{' '}
        {time}. It is tried again by itself.
      </p>
    </Notice>
  );
}
