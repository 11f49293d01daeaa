import type { ReactNode } from 'react';
import type { ApiFailure } from '../../api/failure.ts';
import { Button } from '../../components/button.tsx';
import { KeyTableFrame } from './key-table.tsx';
import { firstOrderOf, type View } from './view.ts';

/** The table's own shape while the first answer is on its way: nothing moves when it comes. */
export function LoadingTable({ showsUser }: { showsUser: boolean }) {
  const rows = Array.from({ length: 8 }, (_, index) => index);
  const columns = showsUser ? 7 : 6;
  return (
    <>
      <p className="visually-hidden" role="status">
        Loading keys
      </p>
      <div aria-hidden="true" inert>
        <KeyTableFrame
          showsUser={showsUser}
          isStale={false}
          selectAll={null}
          heading={(sort, label) => (
            <th key={sort} className={`heading-${firstOrderOf(sort)}`}>
              {label}
            </th>
          )}
        >
          {rows.map((row) => (
            <tr key={row} className="key-row loading-row">
              <td className="cell-select" />
              {Array.from({ length: columns - 1 }, (_, column) => (
                <td key={column}>
                  <span className="loading-bar" />
                </td>
              ))}
              <td className="cell-actions" />
            </tr>
          ))}
        </KeyTableFrame>
      </div>
    </>
  );
}

interface EmptyTableProps {
  view: View;
  isFiltered: boolean;
  pastedPrefix: string | null;
  onClear(): void;
  onCreate(): void;
}

export function EmptyTable(props: EmptyTableProps) {
  const { view, isFiltered, pastedPrefix, onClear, onCreate } = props;
  if (pastedPrefix !== null) {
    return (
      <Blank title="No such key here">
        <p>
          No key of this server, revoked ones included, is the one you pasted (
          <code>{pastedPrefix}…</code>). Its hash was looked for; the key did not leave your
          browser.
        </p>
      </Blank>
    );
  }
  if (!isFiltered) {
    return (
      <Blank title="No keys yet">
        <p>A key lets a program call your service. Here you will see when each was last used.</p>
        <Button variant="primary" onClick={onCreate}>
          Create the first key
        </Button>
      </Blank>
    );
  }
  return (
    <Blank title={view.unusedFor === null ? 'No key matches' : 'Nothing stale here'}>
      <p>
        {view.unusedFor === null
          ? 'No key fits this search and these filters.'
          : 'No active key has gone unused for so long.'}
      </p>
      <Button onClick={onClear}>Show all keys</Button>
    </Blank>
  );
}

interface FailedTableProps {
  failure: ApiFailure;
  onRetry(): void;
}

export function FailedTable({ failure, onRetry }: FailedTableProps) {
  return (
    <div role="alert">
      <Blank title="The keys cannot be shown">
        <p>{failure.message}</p>
        <Button onClick={onRetry}>Try again</Button>
      </Blank>
    </div>
  );
}

function Blank({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="blank">
      <h2>{title}</h2>
      {children}
    </div>
  );
}
