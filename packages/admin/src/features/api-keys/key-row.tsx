import type { ApiKeyInfo } from '@keystamp/server/contract';
import { memo } from 'react';
import { MenuButton } from '../../components/menu-button.tsx';
import { Created, Expires } from './key-times.tsx';
import type { UseRecord } from './last-use.ts';
import { LastUsed } from './last-used.tsx';
import { SelectTarget } from './select-target.tsx';
import { StatusLabel } from './status-label.tsx';

/** What can be done with one key. */
export type KeyAct = 'edit' | 'rotate' | 'revoke' | 'delete';

interface KeyRowProps {
  apiKey: ApiKeyInfo;
  useRecord: UseRecord;
  showsUser: boolean;
  isSelected: boolean;
  /** The newest answer does not hold it any more; it stays until the reader's hand is off the table. */
  isGone: boolean;
  onSelect(key: ApiKeyInfo, selected: boolean): void;
  onAct(act: KeyAct, key: ApiKeyInfo): void;
}

export const KeyRow = memo(function KeyRow(props: KeyRowProps) {
  const { apiKey, useRecord, showsUser, isSelected, isGone, onSelect, onAct } = props;
  return (
    // biome-ignore-start lint/a11y/useSemanticElements: as cards on a phone, a table loses its roles.
    // biome-ignore-start lint/a11y/noRedundantRoles: the same.
    <tr role="row" className={rowClass(isSelected, isGone)}>
      <td role="cell" className="cell-select">
        {apiKey.status !== 'revoked' && (
          <SelectTarget
            aria-label={`Select ${apiKey.name}`}
            checked={isSelected}
            onChange={(event) => onSelect(apiKey, event.target.checked)}
          />
        )}
      </td>
      <td role="cell" className="cell-name">
        <span className="key-name" title={apiKey.name}>
          <bdi>{apiKey.name}</bdi>
        </span>
        <code className="key-prefix">{apiKey.key_prefix}…</code>
      </td>
      {showsUser && (
        <td role="cell" data-label="User" className="cell-user">
          <span title={apiKey.user_email ?? apiKey.user_id}>
            <bdi>{apiKey.user_email ?? apiKey.user_id}</bdi>
          </span>
        </td>
      )}
      <td role="cell" data-label="Status" className="cell-status">
        <StatusLabel apiKey={apiKey} />
      </td>
      <td role="cell" data-label="Created" className="cell-created">
        <Created at={apiKey.created_at} />
      </td>
      <td role="cell" data-label="Last used" className="cell-last-used">
        <LastUsed apiKey={apiKey} useRecord={useRecord} />
      </td>
      <td role="cell" data-label="Expires" className="cell-expires">
        <Expires at={apiKey.expires_at} />
      </td>
      <td role="cell" className="cell-actions">
        <MenuButton
          className="icon-button"
          label={`Actions for ${apiKey.name}`}
          items={actsOn(apiKey, onAct)}
        >
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <circle cx="3" cy="8" r="1.4" />
            <circle cx="8" cy="8" r="1.4" />
            <circle cx="13" cy="8" r="1.4" />
          </svg>
        </MenuButton>
      </td>
    </tr>
    // biome-ignore-end lint/a11y/noRedundantRoles: the same.
    // biome-ignore-end lint/a11y/useSemanticElements: as cards on a phone, a table loses its roles.
  );
});

function rowClass(isSelected: boolean, isGone: boolean): string {
  return `key-row${isSelected ? ' key-row-selected' : ''}${isGone ? ' key-row-gone' : ''}`;
}

/** A revoked key stays as it is; an expired one has no successor until it is given a new expiry. */
function actsOn(key: ApiKeyInfo, onAct: KeyRowProps['onAct']) {
  const edit = { label: 'Edit…', onSelect: () => onAct('edit', key) };
  const rotate = { label: 'Rotate…', onSelect: () => onAct('rotate', key) };
  const revoke = { label: 'Revoke…', danger: true, onSelect: () => onAct('revoke', key) };
  const remove = { label: 'Delete…', danger: true, onSelect: () => onAct('delete', key) };
  if (key.status === 'revoked') return [remove];
  if (key.status === 'expired') return [edit, revoke, remove];
  return [edit, rotate, revoke, remove];
}
