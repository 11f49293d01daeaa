import type { ApiKeyInfo, ListApiKeysQuery, ListSort, User } from '@keystamp/server/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import { asFailure } from '../../api/failure.ts';
import { Button } from '../../components/button.tsx';
import type { SelectedKey } from './collect-matching.ts';
import { KeyDialogs, type OpenDialog } from './key-dialogs.tsx';
import type { KeyAct } from './key-row.tsx';
import { KeyTable } from './key-table.tsx';
import { Pager } from './pager.tsx';
import { OutageNotice, ResultLine } from './result-line.tsx';
import { SelectionBar } from './selection-bar.tsx';
import { EmptyTable, FailedTable, LoadingTable } from './table-states.tsx';
import { Toolbar } from './toolbar.tsx';
import { refreshApiKeys, useApiKeyCount, useApiKeyPage } from './use-api-keys.ts';
import { useHandOnTable } from './use-hand-on-table.ts';
import { useHeldRows } from './use-held-rows.ts';
import { useKeySearch } from './use-key-search.ts';
import { useSelection } from './use-selection.ts';
import { useView } from './use-view.ts';
import { filterOfView, firstOrderOf, isFiltered, PAGE_SIZE } from './view.ts';
import './api-keys-panel.css';

const noKeys: readonly ApiKeyInfo[] = [];

/** Admin → API Keys: who has keys, when was each last used, and away with those that nobody needs. */
export function ApiKeysPanel({ me }: { me: User }) {
  const client = useQueryClient();
  const { pasted, find, forget } = useKeySearch();
  const { view, change, ...pages } = useView(find);
  const [open, setOpen] = useState<OpenDialog | null>(null);
  const [changes, setChanges] = useState(0);

  const filter = useMemo<ListApiKeysQuery>(
    () =>
      pasted === null
        ? filterOfView(view, me.is_admin)
        : { ...(me.is_admin ? { user: 'all' } : {}), key_hash: pasted.hash },
    [view, pasted, me.is_admin],
  );
  const query = useMemo<ListApiKeysQuery>(
    () => ({
      ...filter,
      sort: view.sort,
      order: view.order,
      limit: PAGE_SIZE,
      ...(view.cursor === null || pasted !== null ? {} : { cursor: view.cursor }),
    }),
    [filter, view.sort, view.order, view.cursor, pasted],
  );
  const list = useApiKeyPage(query);
  const count = useApiKeyCount(filter);
  const filterKey = JSON.stringify(filter);
  const { selection, set: setSelection, mark } = useSelection(filterKey);
  const hand = useHandOnTable();
  // While other rows are on their way, the rows of the view before stand under their own key.
  const shownKey = list.isPlaceholderData ? 'before' : `${JSON.stringify(query)} ${changes}`;
  const held = useHeldRows(list.data?.api_keys ?? noKeys, shownKey, hand.isHeld);

  const changed = useCallback(async () => {
    await refreshApiKeys(client);
    setChanges((times) => times + 1);
  }, [client]);
  const act = useCallback((what: KeyAct, key: ApiKeyInfo) => setOpen({ act: what, key }), []);
  const select = useCallback((key: ApiKeyInfo, on: boolean) => mark([key], on), [mark]);

  const trackingSince = list.data?.tracking_since ?? '';
  const failure = list.error === null ? null : asFailure(list.error);
  const selectable = held.rows.filter((key) => key.status !== 'revoked');
  const showsUser = me.is_admin;
  const viewedUser = view.user === 'all' ? null : view.user;

  function sortBy(sort: ListSort): void {
    const first = firstOrderOf(sort);
    const other = first === 'asc' ? 'desc' : 'asc';
    change({ sort, order: view.sort === sort && view.order === first ? other : first });
  }

  return (
    <>
      <header className="page-header">
        <h1 tabIndex={-1} data-focus-home>
          API keys
        </h1>
        <Button variant="primary" onClick={() => setOpen({ act: 'create', userId: viewedUser })}>
          Create key
        </Button>
      </header>
      <Toolbar
        view={view}
        showsUser={showsUser}
        onChange={(to, options) => {
          forget();
          change(to, options);
        }}
        onKey={find}
      />
      <ResultLine
        view={view}
        pasted={pasted}
        count={count.data ?? null}
        userName={viewedUser === null || !me.is_admin ? null : nameOf(viewedUser, held.rows)}
        isBehind={held.behind}
        onCatchUp={held.catchUp}
        onForgetKey={forget}
        onAllUsers={() => change({ user: 'all' })}
      />
      {list.data !== undefined && (
        <OutageNotice failure={failure} knownAt={new Date(list.dataUpdatedAt)} />
      )}
      <div {...hand.props}>
        {list.data === undefined ? (
          failure === null ? (
            <LoadingTable showsUser={showsUser} />
          ) : (
            <FailedTable failure={failure} onRetry={() => list.refetch()} />
          )
        ) : held.rows.length === 0 && !list.isPlaceholderData ? (
          <EmptyTable
            view={view}
            isFiltered={isFiltered(view)}
            pastedPrefix={pasted?.prefix ?? null}
            onClear={() => change({ q: '', status: null, unusedFor: null, user: 'all' })}
            onCreate={() => setOpen({ act: 'create', userId: viewedUser })}
          />
        ) : (
          <KeyTable
            view={view}
            held={held}
            trackingSince={trackingSince}
            showsUser={showsUser}
            selection={selection}
            isStale={list.isPlaceholderData}
            onSort={sortBy}
            onSelect={select}
            onSelectPage={(on) => mark(selectable, on)}
            onAct={act}
          />
        )}
      </div>
      {selection.size > 0 && (
        <SelectionBar
          selection={selection}
          filter={filter}
          matching={count.data ?? null}
          isPageSelected={selectable.length > 0 && selectable.every((key) => selection.has(key.id))}
          onSelection={setSelection}
          onRevoke={() => setOpen({ act: 'bulk-revoke', keys: asLastSeen(selection, held.rows) })}
        />
      )}
      {pasted === null && (
        <Pager
          page={view.page}
          hasNext={list.data?.next_cursor != null && !list.isPlaceholderData}
          hasPrevious={pages.hasPrevious}
          onNext={() => pages.next(list.data?.next_cursor ?? '')}
          onPrevious={pages.previous}
          onFirst={pages.first}
        />
      )}
      <KeyDialogs
        open={open}
        me={me}
        trackingSince={trackingSince}
        onClose={() => setOpen(null)}
        onChanged={changed}
        onBulkRevoked={() => {
          setSelection(new Map());
          void changed();
        }}
      />
    </>
  );
}

/** The selected keys with the last uses that are on view now: those are what a person decides by. */
function asLastSeen(
  selection: ReadonlyMap<string, SelectedKey>,
  rows: readonly ApiKeyInfo[],
): SelectedKey[] {
  const seen = new Map(rows.map((key) => [key.id, key.last_used_at]));
  return [...selection.values()].map((key) => ({
    ...key,
    last_used_at: seen.has(key.id) ? (seen.get(key.id) ?? null) : key.last_used_at,
  }));
}

function nameOf(userId: string, rows: readonly ApiKeyInfo[]): string {
  return rows.find((key) => key.user_id === userId)?.user_email ?? userId;
}
