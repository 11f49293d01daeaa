import type { ReactNode } from 'react';
import { type ApiFailure, ApiRefusal } from '../../../api/failure.ts';
import { Button } from '../../../components/button.tsx';
import { isFiltered, partNameOf, type View } from '../filter/view.ts';
import { cellOf } from './cell-of.ts';
import { KeyTableFrame } from './key-table.tsx';
import { SelectTarget } from './select-target.tsx';

/** The cells of a row, as `KeyRow` has them: their classes and labels give widths and heights. */
const cells = ['User', 'Scopes', 'Status', 'Created', 'Last used', 'Expires'] as const;

/** The table's own shape while the first answer is on its way: nothing moves when it comes. */
export function LoadingTable({ showsUser }: { showsUser: boolean }) {
  return (
    <>
      <p className="visually-hidden" role="status">
        Loading keys
      </p>
      <div aria-hidden="true" inert>
        <KeyTableFrame
          showsUser={showsUser}
          isStale={false}
          selectAll={<SelectTarget disabled />}
          heading={(sort, label) => (
            <th key={sort} className={cellOf[sort]}>
              {label}
            </th>
          )}
        >
          {Array.from({ length: 8 }, (_, row) => (
            <LoadingRow key={row} showsUser={showsUser} />
          ))}
        </KeyTableFrame>
      </div>
    </>
  );
}

function LoadingRow({ showsUser }: { showsUser: boolean }) {
  return (
    <tr>
      <td className="cell-select" />
      <td className="cell-name">
        <span className="loading-bar" />
        <span className="loading-bar" />
      </td>
      {cells
        .filter((label) => showsUser || label !== 'User')
        .map((label) => (
          <td
            key={label}
            data-label={label}
            className={`cell-${label.toLowerCase().replace(' ', '-')}`}
          >
            <span className="loading-bar" />
          </td>
        ))}
      <td className="cell-actions" />
    </tr>
  );
}

interface EmptyTableProps {
  view: View;
  pastedPrefix: string | null;
  onClear(): void;
  onCreate(): void;
}

export function EmptyTable(props: EmptyTableProps) {
  const { view, pastedPrefix, onClear, onCreate } = props;
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
  if (!isFiltered(view)) {
    return (
      <Blank title="No keys yet">
        <p>A key lets a program call your service. Here you will see when each was last used.</p>
        <Button variant="primary" onClick={onCreate}>
          Create the first key
        </Button>
      </Blank>
    );
  }
  const isStaleAlone = view.unusedFor !== null && !isFiltered({ ...view, unusedFor: null });
  return (
    <Blank title={isStaleAlone ? 'Nothing stale here' : 'No key matches'}>
      <p>{isStaleAlone ? nothingStale(view) : 'No key fits this search and these filters.'}</p>
      <Button onClick={onClear}>Show all keys</Button>
    </Blank>
  );
}

function nothingStale({ unusedFor }: View): string {
  return unusedFor === 'never'
    ? 'Every active key has been used.'
    : 'No active key has gone unused for so long.';
}

interface FailedTableProps {
  failure: ApiFailure;
  onRetry(): void;
  onFirst(): void;
  onShowAll(): void;
}

export function FailedTable({ failure, onRetry, onFirst, onShowAll }: FailedTableProps) {
  const parts = refusedParts(failure);
  if (parts.length > 0) {
    return <WrongAddress parts={parts} onFirst={onFirst} onShowAll={onShowAll} />;
  }
  return (
    <div role="alert">
      <Blank title="The keys cannot be shown">
        <p>{failure.message}</p>
        <Button onClick={onRetry}>Try again</Button>
      </Blank>
    </div>
  );
}

/** The parts of the address that the server refuses, by name. */
function refusedParts(failure: ApiFailure): string[] {
  if (!(failure instanceof ApiRefusal) || failure.status !== 400) return [];
  return [...new Set(failure.fieldErrors.map(({ field }) => partNameOf(field)))];
}

type WrongAddressProps = Pick<FailedTableProps, 'onFirst' | 'onShowAll'> & { parts: string[] };

function WrongAddress({ parts, onFirst, onShowAll }: WrongAddressProps) {
  if (parts.join() === partNameOf('cursor')) {
    return (
      <div role="alert">
        <Blank title="This page of the list cannot be found">
          <p>The address is not whole, or it was made for another order of the list.</p>
          <Button onClick={onFirst}>First page</Button>
        </Blank>
      </div>
    );
  }
  return (
    <div role="alert">
      <Blank title="The list cannot follow this address">
        <p>It cannot be used for: {parts.join(', ')}.</p>
        <Button onClick={onShowAll}>Show all keys</Button>
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
