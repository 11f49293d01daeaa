import type { ApiKeyInfo, ListSort, User } from '@keystamp/server/contract';
import { type ReactNode, useCallback, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { Toolbar } from './filter/toolbar.tsx';
import { useUserName } from './filter/use-user-name.ts';
import { useView } from './filter/use-view.ts';
import { nextSort } from './filter/view.ts';
import type { KeyAct } from './key/key-acts.ts';
import { useOwnerNames } from './key/use-everybody.ts';
import { useRotationPairs } from './key/use-rotation-pairs.ts';
import { KeyDialogs, type OpenDialog } from './key-dialogs.tsx';
import { KeyList } from './list/key-list.tsx';
import { LeftOut } from './list/left-out.tsx';
import { Pager } from './list/pager.tsx';
import { ResultLine } from './list/result-line.tsx';
import { useHandOnTable } from './list/use-hand-on-table.ts';
import { useKeyList } from './list/use-key-list.ts';
import { ReviewLink } from './review/review-link.tsx';
import { asLastSeen } from './selection/collect-matching.ts';
import { SelectionBar } from './selection/selection-bar.tsx';
import { useSelection } from './selection/use-selection.ts';
import { useEnable } from './use-enable.ts';
import { KeyView } from './view/key-view.tsx';
import { useShownKey } from './view/use-shown-key.ts';
import './api-keys-panel.css';

const everything = { q: '', status: null, unusedFor: null, expiresWithin: null, user: 'all' };

/** Admin → API Keys: who has keys, when was each last used, and away with those that nobody needs. */
export function ApiKeysPanel({ me }: { me: User }) {
  const { view, pasted, leftOut, find, change, ...pages } = useView(me);
  const hand = useHandOnTable();
  const list = useKeyList({ view, pasted, me, isHeld: hand.isHeld });
  const { selection, set: setSelection, mark } = useSelection(JSON.stringify(list.filter));
  const [open, setOpen] = useState<OpenDialog | null>(null);
  const enable = useEnable(list.changed);
  const shown = useShownKey();
  const keysById = useRotationPairs(list.held.rows);
  const act = useCallback(
    (what: KeyAct, key: ApiKeyInfo) =>
      what === 'enable' ? void enable.run(key) : setOpen({ act: what, key }),
    [enable.run],
  );
  const select = useCallback((key: ApiKeyInfo, on: boolean) => mark([key], on), [mark]);

  const viewedUser = view.user === 'all' || !me.is_admin ? null : view.user;
  const userName = useUserName(viewedUser);
  const ownerOf = useOwnerNames(list.held.rows, me);
  const selectable = list.held.rows.filter((key) => key.status !== 'revoked');
  const create = () => setOpen({ act: 'create', userId: viewedUser });
  const showAll = () => change(everything);

  return (
    <>
      <PanelHeader onCreate={create}>
        {pasted === null && <ReviewLink view={view} counts={list.counts} />}
      </PanelHeader>
      <Toolbar
        view={view}
        counts={list.counts}
        showsUser={me.is_admin}
        onChange={change}
        onKey={find}
      />
      {leftOut.length > 0 && (
        <LeftOut parts={leftOut} onClear={() => change({}, { replace: true })} />
      )}
      <ResultLine
        view={view}
        pasted={pasted}
        list={list}
        userName={userName}
        onForgetKey={showAll}
        onAllUsers={() => change({ user: 'all' })}
      />
      <FailureNotice failure={shown.id === null ? enable.failure : null} />
      {/* biome-ignore lint/a11y/useSemanticElements: a section with a name would be one more landmark. */}
      <div {...hand.props} role="group" aria-label="List of keys" className="list-place">
        <KeyList
          list={list}
          view={view}
          showsUser={me.is_admin}
          keysById={keysById}
          ownerOf={ownerOf}
          selection={selection}
          pastedPrefix={pasted?.prefix ?? null}
          onSort={(sort: ListSort) => change(nextSort(view, sort))}
          onSelect={select}
          onSelectPage={(on) => mark(selectable, on)}
          onAct={act}
          onOpen={shown.open}
          onShowAll={showAll}
          onFirst={pages.first}
          onCreate={create}
        />
      </div>
      {selection.size > 0 && (
        <SelectionBar
          selection={selection}
          filter={list.filter}
          matching={list.count}
          isPageSelected={selectable.length > 0 && selectable.every((key) => selection.has(key.id))}
          onSelection={setSelection}
          onStop={(how) =>
            setOpen({ act: 'bulk', how, keys: asLastSeen(selection, list.held.rows) })
          }
        />
      )}
      {pasted === null && (
        <ListPager page={view.page} list={list} pages={pages} onTurned={hand.goToTop} />
      )}
      {shown.id !== null && (
        <KeyView
          id={shown.id}
          me={me}
          known={keysById.get(shown.id)}
          ownerOf={ownerOf}
          useRecord={list.useRecord}
          failure={enable.failure}
          onOpen={shown.open}
          onClose={shown.close}
          onAct={act}
        />
      )}
      <KeyDialogs
        open={open}
        me={me}
        ownerOf={ownerOf}
        useRecord={list.useRecord}
        onClose={() => setOpen(null)}
        onChanged={() => {
          if (open?.act === 'delete' && open.key.id === shown.id) shown.close();
          void list.changed();
        }}
        onBulkChanged={() => {
          setSelection(new Map());
          void list.changed();
        }}
      />
    </>
  );
}

function PanelHeader({ onCreate, children }: { onCreate(): void; children: ReactNode }) {
  return (
    <header className="page-header">
      <h1 tabIndex={-1} data-focus-home>
        API keys
      </h1>
      <div className="header-actions">
        {children}
        <Button variant="primary" onClick={onCreate} data-shortcut="c">
          Create key
        </Button>
      </div>
    </header>
  );
}

interface ListPagerProps {
  page: number;
  list: ReturnType<typeof useKeyList>;
  pages: Pick<ReturnType<typeof useView>, 'hasPrevious' | 'next' | 'previous' | 'first'>;
  /** Another page is shown from now on. */
  onTurned(): void;
}

function ListPager({ page, list, pages, onTurned }: ListPagerProps) {
  const { held, count, nextCursor } = list;
  const turn = (to: () => void) => () => {
    to();
    onTurned();
  };
  return (
    <Pager
      page={page}
      shown={held.rows.length}
      count={count}
      hasNext={nextCursor !== null}
      hasPrevious={pages.hasPrevious}
      onNext={turn(() => {
        if (nextCursor !== null) pages.next(nextCursor);
      })}
      onPrevious={turn(pages.previous)}
      onFirst={turn(pages.first)}
    />
  );
}
