import type { ApiKeyInfo, ListSort } from '@keystamp/server/contract';
import { type ReactNode, useId } from 'react';
import { BrokenPart } from '../../../components/broken-part.tsx';
import { SortHeading } from '../../../components/sort-heading.tsx';
import type { View } from '../filter/view.ts';
import type { KeyAct } from '../key/key-acts.ts';
import type { OpenKey } from '../key/key-link.tsx';
import type { UseRecord } from '../key/last-use.ts';
import { type KeysById, pairOf } from '../key/rotation-pair.ts';
import type { Selection } from '../selection/collect-matching.ts';
import { cellOf } from './cell-of.ts';
import type { HeldRows } from './hold-places.ts';
import { KeyRow } from './key-row.tsx';
import { SelectTarget } from './select-target.tsx';
import { useRowStops } from './use-row-stops.ts';
import '../../../components/table.css';
import './key-table.css';

interface KeyTableProps {
  view: View;
  held: HeldRows;
  /** Keys that were made on this visit. */
  newIds?: ReadonlySet<string>;
  useRecord: UseRecord;
  /** The rows and the other keys of their rotations. */
  keysById: KeysById;
  ownerOf(key: ApiKeyInfo): string;
  showsUser: boolean;
  selection: Selection;
  /** Rows of the view before, while the new ones are on their way. */
  isStale: boolean;
  onSort(sort: ListSort): void;
  onSelect(key: ApiKeyInfo, selected: boolean): void;
  onSelectPage(selected: boolean): void;
  onAct(act: KeyAct, key: ApiKeyInfo): void;
  onOpen: OpenKey;
}

export function KeyTable(props: KeyTableProps) {
  const { view, held, newIds, keysById, useRecord, ownerOf, showsUser, selection, isStale } = props;
  const { onSort, onSelect, onAct, onOpen } = props;
  return (
    <KeyTableFrame
      showsUser={showsUser}
      isStale={isStale}
      selectAll={<SelectPage {...props} />}
      heading={(sort, label) => (
        <SortHeading
          key={sort}
          label={label}
          className={cellOf[sort]}
          order={view.sort === sort ? view.order : null}
          onSort={() => onSort(sort)}
        />
      )}
    >
      {held.rows.map((key) => (
        <BrokenPart key={key.id} fallback={<BrokenRow apiKey={key} showsUser={showsUser} />}>
          <KeyRow
            apiKey={key}
            owner={ownerOf(key)}
            {...pairOf(key, keysById)}
            useRecord={useRecord}
            showsUser={showsUser}
            isSelected={selection.has(key.id)}
            isNew={newIds?.has(key.id) ?? false}
            isGone={held.gone.has(key.id)}
            onSelect={onSelect}
            onAct={onAct}
            onOpen={onOpen}
          />
        </BrokenPart>
      ))}
    </KeyTableFrame>
  );
}

interface KeyTableFrameProps {
  showsUser: boolean;
  isStale: boolean;
  selectAll: ReactNode;
  heading(sort: ListSort, label: string): ReactNode;
  children: ReactNode;
}

/** The headings and columns, the same for keys and for the shapes that stand in until they come. */
export function KeyTableFrame({
  showsUser,
  isStale,
  selectAll,
  heading,
  children,
}: KeyTableFrameProps) {
  const stops = useRowStops();
  const keysId = useId();
  return (
    // biome-ignore-start lint/a11y/useSemanticElements: as cards on a phone, a table loses its roles.
    // biome-ignore-start lint/a11y/noRedundantRoles: the same.
    <table
      role="table"
      className={`table key-table${showsUser ? '' : ' key-table-own'}${isStale ? ' key-table-stale' : ''}`}
      aria-busy={isStale}
      aria-label="API keys"
      aria-describedby={keysId}
    >
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col" className="cell-select">
            {selectAll}
          </th>
          {heading('name', 'Name')}
          {showsUser && (
            <th role="columnheader" scope="col" className="cell-user">
              User
            </th>
          )}
          <th role="columnheader" scope="col" className="cell-scopes">
            Scopes
          </th>
          <th role="columnheader" scope="col" className="cell-status">
            Status
          </th>
          {heading('created_at', 'Created')}
          {heading('last_used_at', 'Last used')}
          {heading('expires_at', 'Expires')}
          <th role="columnheader" scope="col" className="cell-actions">
            <span className="visually-hidden">Actions</span>
            <span id={keysId} hidden>
              Tab goes from key to key, the arrow keys to what can be done with it.
            </span>
          </th>
        </tr>
      </thead>
      <tbody role="rowgroup" {...stops}>
        {children}
      </tbody>
    </table>
    // biome-ignore-end lint/a11y/noRedundantRoles: the same.
    // biome-ignore-end lint/a11y/useSemanticElements: as cards on a phone, a table loses its roles.
  );
}

function SelectPage({ held, selection, onSelectPage }: KeyTableProps) {
  const selectable = held.rows.filter((key) => key.status !== 'revoked');
  const chosen = selectable.filter((key) => selection.has(key.id)).length;
  return (
    <SelectTarget
      aria-label="Select all keys on this page"
      disabled={selectable.length === 0}
      checked={chosen > 0 && chosen === selectable.length}
      ref={(box) => {
        if (box !== null) box.indeterminate = chosen > 0 && chosen < selectable.length;
      }}
      onChange={(event) => onSelectPage(event.target.checked)}
    />
  );
}

function BrokenRow({ apiKey, showsUser }: { apiKey: ApiKeyInfo; showsUser: boolean }) {
  return (
    <tr>
      <td colSpan={showsUser ? 9 : 8} className="muted">
        This key cannot be shown ({String(apiKey?.id)}).
      </td>
    </tr>
  );
}
