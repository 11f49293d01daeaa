import type { ApiKeyInfo, ListSort } from '@keystamp/server/contract';
import type { View } from '../filter/view.ts';
import type { KeyAct } from '../key/key-acts.ts';
import type { OpenKey } from '../key/key-link.tsx';
import { RefusedUsesOf } from '../key/refused-uses.tsx';
import type { KeysById } from '../key/rotation-pair.ts';
import type { Selection } from '../selection/collect-matching.ts';
import { KeyTable } from './key-table.tsx';
import { EmptyTable, FailedTable, LoadingTable } from './table-states.tsx';
import type { KeyList as KeyListState } from './use-key-list.ts';

interface KeyListProps {
  list: KeyListState;
  view: View;
  showsUser: boolean;
  keysById: KeysById;
  ownerOf(key: ApiKeyInfo): string;
  selection: Selection;
  pastedPrefix: string | null;
  onSort(sort: ListSort): void;
  onSelect(key: ApiKeyInfo, selected: boolean): void;
  onSelectPage(selected: boolean): void;
  onAct(act: KeyAct, key: ApiKeyInfo): void;
  onOpen: OpenKey;
  onShowAll(): void;
  onFirst(): void;
  onCreate(): void;
}

/** The table, or what stands in its place. */
export function KeyList({ list, view, showsUser, ...props }: KeyListProps) {
  switch (list.state) {
    case 'loading':
      return <LoadingTable showsUser={showsUser} />;
    case 'failed':
      return (
        list.failure && (
          <FailedTable
            failure={list.failure}
            onRetry={list.retry}
            onFirst={props.onFirst}
            onShowAll={props.onShowAll}
          />
        )
      );
    case 'empty':
      return (
        <EmptyTable
          view={view}
          pastedPrefix={props.pastedPrefix}
          onClear={props.onShowAll}
          onCreate={props.onCreate}
        />
      );
    case 'rows':
      return (
        <RefusedUsesOf keys={list.held.rows}>
          <KeyTable
            view={view}
            held={list.held}
            newIds={list.newIds}
            useRecord={list.useRecord}
            showsUser={showsUser}
            keysById={props.keysById}
            ownerOf={props.ownerOf}
            selection={props.selection}
            isStale={list.isStale}
            onSort={props.onSort}
            onSelect={props.onSelect}
            onSelectPage={props.onSelectPage}
            onAct={props.onAct}
            onOpen={props.onOpen}
          />
        </RefusedUsesOf>
      );
  }
}
