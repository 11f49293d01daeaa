import type { ApiKeyInfo } from '@keystamp/server/contract';
import { type MouseEvent, memo } from 'react';
import { MenuButton, type MenuItem } from '../../../components/menu-button.tsx';
import { actsOn, actWords, type KeyAct } from '../key/key-acts.ts';
import { KeyLink, type OpenKey } from '../key/key-link.tsx';
import { Created, Expires } from '../key/key-times.tsx';
import type { UseRecord } from '../key/last-use.ts';
import { LastUsed } from '../key/last-used.tsx';
import { NoteLine } from '../key/note-line.tsx';
import { RefusedUse } from '../key/refused-uses.tsx';
import { RotationLine } from '../key/rotation-line.tsx';
import { StatusLabel } from '../key/status-label.tsx';
import { SelectTarget } from './select-target.tsx';
import '../key/key-parts.css';

interface KeyRowProps {
  apiKey: ApiKeyInfo;
  /** What its user is called. */
  owner: string;
  predecessor: ApiKeyInfo | undefined;
  successor: ApiKeyInfo | undefined;
  useRecord: UseRecord;
  showsUser: boolean;
  isSelected: boolean;
  /** It was made on this visit. */
  isNew?: boolean;
  /** The newest answer does not hold it any more; it stays until the reader's hand is off the table. */
  isGone: boolean;
  onSelect(key: ApiKeyInfo, selected: boolean): void;
  onAct(act: KeyAct, key: ApiKeyInfo): void;
  onOpen: OpenKey;
}

export const KeyRow = memo(function KeyRow(props: KeyRowProps) {
  const { apiKey, owner, predecessor, successor, useRecord, showsUser } = props;
  const { isSelected, isNew = false, isGone, onSelect, onAct, onOpen } = props;
  // A broken proxy may send what no type allows. It would show as nothing, and nobody revokes a key by a blank.
  if (typeof apiKey.name !== 'string') throw new TypeError('name: expected a text');
  return (
    // biome-ignore-start lint/a11y/useSemanticElements: as cards on a phone, a table loses its roles.
    // biome-ignore-start lint/a11y/noRedundantRoles: the same.
    <tr
      role="row"
      className={rowClass(isSelected, isGone)}
      onClick={(event) => openFromRow(event, apiKey.id, onOpen)}
    >
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
        {isNew && <span className="new-mark">New</span>}
        <KeyLink id={apiKey.id} onOpen={onOpen} className="key-name" title={apiKey.name}>
          <bdi>{apiKey.name}</bdi>
        </KeyLink>
        <span className="key-about">
          <code className="key-prefix">{apiKey.key_prefix}…</code>
          {apiKey.note !== null && <NoteLine note={apiKey.note} />}
        </span>
        <RotationLine
          apiKey={apiKey}
          predecessor={predecessor}
          successor={successor}
          onOpen={onOpen}
          onStop={() => onAct('revoke', apiKey)}
        />
        <RefusedUse apiKey={apiKey} />
      </td>
      {showsUser && (
        <td role="cell" data-label="User" className="cell-user">
          <span title={owner}>
            <bdi>{owner}</bdi>
          </span>
        </td>
      )}
      <td role="cell" data-label="Scopes" className="cell-scopes">
        <ScopeList scopes={apiKey.scopes} />
      </td>
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

/** A press anywhere in the row, but not on what does something of its own, and not at the end of selecting text. */
function openFromRow(event: MouseEvent<HTMLElement>, id: string, onOpen: OpenKey): void {
  if ((event.target as Element).closest('a, button, input, label, [popover]') !== null) return;
  if (getSelection()?.isCollapsed === false) return;
  // The focus returns there when the view is closed.
  event.currentTarget.querySelector<HTMLElement>('.key-name')?.focus({ preventScroll: true });
  onOpen(id);
}

/** A key without scopes may do whatever its user may. */
function ScopeList({ scopes }: { scopes: readonly string[] }) {
  if (scopes.length === 0) return <span className="muted">any</span>;
  const all = scopes.join(', ');
  return (
    <span className="row-scopes" title={all}>
      <bdi>{all}</bdi>
    </span>
  );
}

function rowClass(isSelected: boolean, isGone: boolean): string {
  return `key-row${isSelected ? ' key-row-selected' : ''}${isGone ? ' key-row-gone' : ''}`;
}

function menuOf(key: ApiKeyInfo, onAct: KeyRowProps['onAct']): MenuItem[] {
  return actsOn(key).map((act) => ({ ...actWords[act], onSelect: () => onAct(act, key) }));
}
