import type { ListedUser, User, UserSort } from '@keystamp/server/contract';
import { plainDate, relativeTime } from '@keystamp/server/contract/relative-time';
import { Link } from 'wouter';
import { readTime } from '../../clock/exact-time.ts';
import { ExactTime } from '../../components/exact-time.tsx';
import { MenuButton } from '../../components/menu-button.tsx';
import { SortHeading } from '../../components/sort-heading.tsx';
import { calledOf, isServiceAccount } from '../account/called.ts';
import { countedKeys } from '../api-keys/key/many-keys.ts';
import { firstOrderOf, type UsersOrder } from './use-users.ts';
import '../../components/table.css';
import '../api-keys/key/key-parts.css';
import './users-table.css';

export type UserAct = 'deactivate' | 'activate' | 'reset-password' | 'make-admin' | 'unmake-admin';

interface UsersTableProps {
  users: readonly ListedUser[];
  me: User;
  order: UsersOrder;
  onOrder(order: UsersOrder): void;
  onAct(act: UserAct, user: User): void;
}

export function UsersTable({ users, me, order, onOrder, onAct }: UsersTableProps) {
  const heading = (sort: UserSort, label: string, className: string) => (
    <SortHeading
      label={label}
      className={className}
      order={order.sort === sort ? order.order : null}
      onSort={() => onOrder(nextOrder(order, sort))}
    />
  );
  return (
    // biome-ignore-start lint/a11y/noRedundantRoles: as cards on a phone, a table loses its roles.
    // biome-ignore-start lint/a11y/useSemanticElements: the same.
    <table role="table" className="table users-table" aria-label="Users">
      <thead role="rowgroup">
        <tr role="row">
          {heading('address', 'User', 'cell-name')}
          <th role="columnheader" scope="col" className="cell-role">
            Role
          </th>
          <th role="columnheader" scope="col" className="cell-user-status">
            Status
          </th>
          {heading('key_count', 'Keys', 'cell-keys')}
          {heading('last_used_at', 'Last used', 'cell-used')}
          <th role="columnheader" scope="col" className="cell-added">
            Added
          </th>
          <th role="columnheader" scope="col" className="cell-actions">
            <span className="visually-hidden">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        {users.map((user) => (
          <UserRow key={user.id} user={user} isMe={user.id === me.id} onAct={onAct} />
        ))}
      </tbody>
    </table>
    // biome-ignore-end lint/a11y/useSemanticElements: the same.
    // biome-ignore-end lint/a11y/noRedundantRoles: as cards on a phone, a table loses its roles.
  );
}

/** A press of a heading: its first order, and at the next press the other one. */
function nextOrder({ sort: now, order }: UsersOrder, sort: UserSort): UsersOrder {
  const first = firstOrderOf(sort);
  if (now !== sort || order !== first.order) return first;
  return { sort, order: first.order === 'asc' ? 'desc' : 'asc' };
}

interface UserRowProps {
  user: ListedUser;
  isMe: boolean;
  onAct(act: UserAct, user: User): void;
}

function UserRow({ user, isMe, onAct }: UserRowProps) {
  const called = calledOf(user);
  const addedAt = readTime(user.created_at);
  return (
    // biome-ignore-start lint/a11y/noRedundantRoles: as cards on a phone, a table loses its roles.
    // biome-ignore-start lint/a11y/useSemanticElements: the same.
    <tr role="row">
      <td role="cell" className="cell-name">
        <span className="key-name" title={called}>
          <bdi>{called}</bdi>
          {isMe && <span className="muted"> (you)</span>}
        </span>
        {user.name !== null && user.name !== called && (
          <span className="cell-note">
            <bdi>{user.name}</bdi>
          </span>
        )}
        {user.email === null && user.id !== called && (
          <span className="cell-note">
            <bdi>{user.id}</bdi>
          </span>
        )}
      </td>
      <td role="cell" data-label="Role">
        {roleOf(user)}
        {noteOnRole(user)}
      </td>
      <td role="cell" data-label="Status">
        <span className={user.is_active ? 'status status-active' : 'status status-user_inactive'}>
          {user.is_active ? 'Active' : 'Deactivated'}
        </span>
      </td>
      <td role="cell" data-label="Keys">
        <Link
          className="keys-link"
          href={`/?user=${encodeURIComponent(user.id)}`}
          aria-label={`${countedKeys(user.key_count)} of ${called}`}
        >
          {countedKeys(user.key_count)}
        </Link>
      </td>
      <td role="cell" data-label="Last used">
        <UsersLastUse at={user.last_used_at} />
      </td>
      <td role="cell" data-label="Added">
        {addedAt === null ? (
          <span className="muted">unreadable</span>
        ) : (
          <ExactTime at={addedAt} textAt={() => plainDate(addedAt)} />
        )}
      </td>
      <td role="cell" className="cell-actions">
        <MenuButton
          className="icon-button"
          label={`Actions for ${called}`}
          items={actsOn(user, onAct)}
        >
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <circle cx="3" cy="8" r="1.4" />
            <circle cx="8" cy="8" r="1.4" />
            <circle cx="13" cy="8" r="1.4" />
          </svg>
        </MenuButton>
      </td>
    </tr>
    // biome-ignore-end lint/a11y/useSemanticElements: the same.
    // biome-ignore-end lint/a11y/noRedundantRoles: as cards on a phone, a table loses its roles.
  );
}

/** The latest last use of their keys. */
function UsersLastUse({ at }: { at: string | null }) {
  const usedAt = readTime(at);
  if (usedAt === null) {
    return (
      <>
        <span aria-hidden="true">—</span>
        <span className="visually-hidden">no use recorded</span>
      </>
    );
  }
  return (
    <ExactTime
      at={usedAt}
      textAt={(now) => relativeTime(usedAt, now)}
      meaning="The latest request that one of their keys authenticated."
    />
  );
}

function roleOf(user: User): string {
  if (user.is_admin) return 'Administrator';
  return isServiceAccount(user) ? 'Service account' : 'User';
}

function noteOnRole(user: User) {
  if (isServiceAccount(user)) {
    return user.is_admin && <span className="cell-note">service account</span>;
  }
  return !user.has_password && <span className="cell-note">no password</span>;
}

function actsOn(user: User, onAct: UserRowProps['onAct']) {
  return [
    ...(isServiceAccount(user)
      ? []
      : [{ label: 'Set a new password…', onSelect: () => onAct('reset-password', user) }]),
    user.is_admin
      ? { label: 'Make an ordinary user', onSelect: () => onAct('unmake-admin', user) }
      : { label: 'Make administrator', onSelect: () => onAct('make-admin', user) },
    user.is_active
      ? { label: 'Deactivate…', danger: true, onSelect: () => onAct('deactivate', user) }
      : { label: 'Activate', onSelect: () => onAct('activate', user) },
  ];
}
