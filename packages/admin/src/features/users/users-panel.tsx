import type { ChangeUser, User } from '@keystamp/server/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { asFailure } from '../../api/failure.ts';
import { useAction } from '../../api/use-action.ts';
import { changeUser } from '../../api/users.ts';
import { announce } from '../../components/announcer.tsx';
import { Button } from '../../components/button.tsx';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { calledOf } from '../account/called.ts';
import { firstOrderOf, refreshUsers, type UsersOrder, useUsers } from './use-users.ts';
import { type OpenUserDialog, UserDialogs } from './user-dialogs.tsx';
import { UserSearch } from './user-search.tsx';
import { UsersSortSelect } from './users-sort-select.tsx';
import { type UserAct, UsersTable } from './users-table.tsx';

/** What is done at once, without a question. */
const changes: Partial<Record<UserAct, ChangeUser>> = {
  activate: { is_active: true },
  'make-admin': { is_admin: true },
  'unmake-admin': { is_admin: false },
};

/** Who may sign in and own keys; for administrators. */
export function UsersPanel({ me }: { me: User }) {
  const client = useQueryClient();
  const [q, setQ] = useState('');
  const [order, setOrder] = useState<UsersOrder>(firstOrderOf('address'));
  const users = useUsers(useDeferredValue(q.trim()), order);
  const [open, setOpen] = useState<OpenUserDialog | null>(null);
  const change = useAction(changeUser);
  const shown = users.data?.pages.flatMap((page) => page.users) ?? [];

  function done(message: string): void {
    setOpen(null);
    announce(message);
    void refreshUsers(client);
  }

  async function act(what: UserAct, user: User): Promise<void> {
    if (what === 'deactivate' || what === 'reset-password') return setOpen({ act: what, user });
    const changed = await change.run(user.id, changes[what] ?? {});
    if (changed !== null) done(`${calledOf(user)} was changed.`);
  }

  return (
    <>
      <header className="page-header">
        <h1 tabIndex={-1} data-focus-home>
          Users
        </h1>
        <div className="header-actions">
          <Button onClick={() => setOpen({ act: 'add-service-account' })}>
            Add service account
          </Button>
          <Button variant="primary" onClick={() => setOpen({ act: 'add' })}>
            Add user
          </Button>
        </div>
      </header>
      <div className="toolbar">
        <UserSearch q={q} onSearch={setQ} />
        <UsersSortSelect order={order} onOrder={setOrder} />
      </div>
      <FailureNotice failure={change.failure} />
      <FailureNotice failure={users.error === null ? null : asFailure(users.error)} />
      {users.error !== null && users.data === undefined && (
        <p>
          <Button onClick={() => users.refetch()}>Try again</Button>
        </p>
      )}
      {users.data !== undefined && shown.length === 0 ? (
        <div className="blank">
          <h2>No user matches</h2>
          <Button onClick={() => setQ('')}>Show all users</Button>
        </div>
      ) : (
        <UsersTable users={shown} me={me} order={order} onOrder={setOrder} onAct={act} />
      )}
      {users.hasNextPage && (
        <p>
          <Button busy={users.isFetchingNextPage} onClick={() => users.fetchNextPage()}>
            Show more
          </Button>
        </p>
      )}
      <UserDialogs open={open} me={me} onClose={() => setOpen(null)} onDone={done} />
    </>
  );
}
