import type { ApiKeyInfo } from '@keystamp/server/contract';
import { memo } from 'react';
import { MenuButton, type MenuItem } from '../../../components/menu-button.tsx';
import { actsOn, type KeyAct } from '../key/key-acts.ts';
import { Created, Expires } from '../key/key-times.tsx';
import type { UseRecord } from '../key/last-use.ts';
import { LastUsed } from '../key/last-used.tsx';
import { NoteLine } from '../key/note-line.tsx';
import { StatusLabel } from '../key/status-label.tsx';
import { SelectTarget } from './select-target.tsx';
import '../key/key-parts.css';

interface KeyRowProps {
  apiKey: ApiKeyInfo;
  /** What its user is called. */
  owner: string;
  /** Which key it replaced or was replaced by, in words. */
  pair: string | null;
  useRecord: UseRecord;
  showsUser: boolean;
  isSelected: boolean;
  /** The newest answer does not hold it any more; it stays until the reader's hand is off the table. */
  isGone: boolean;
  onSelect(key: ApiKeyInfo, selected: boolean): void;
  onAct(act: KeyAct, key: ApiKeyInfo): void;
}

export const KeyRow = memo(function KeyRow(props: KeyRowProps) {
  const { apiKey, owner, pair, useRecord, showsUser } = props;
  const { isSelected, isGone, onSelect, onAct } = props;
  // A broken proxy may send what no type allows. It would show as nothing, and nobody revokes a key by a blank.
  if (typeof apiKey.name !== 'string') throw new TypeError('name: expected a text');
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
        <span className="key-about">
          <code className="key-prefix">{apiKey.key_prefix}…</code>
          {apiKey.note !== null && <NoteLine note={apiKey.note} />}
        </span>
        {pair !== null && <span className="cell-note">{pair}</span>}
      </td>
      {showsUser && (
        <td role="cell" data-label="User" className="cell-user">
          <span title={owner}>
            <bdi>{owner}</bdi>
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
          items={menuOf(apiKey, onAct)}
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

const menuItems: Readonly<Record<KeyAct, Pick<MenuItem, 'label' | 'danger'>>> = {
  edit: { label: 'Edit…' },
  rotate: { label: 'Rotate…' },
  disable: { label: 'Disable…' },
  enable: { label: 'Enable' },
  revoke: { label: 'Revoke…', danger: true },
  delete: { label: 'Delete…', danger: true },
};

function menuOf(key: ApiKeyInfo, onAct: KeyRowProps['onAct']): MenuItem[] {
  return actsOn(key).map((act) => ({ ...menuItems[act], onSelect: () => onAct(act, key) }));
}
