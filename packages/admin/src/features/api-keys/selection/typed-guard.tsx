import { MANY_KEYS } from '@keystamp/server/contract/consequence';
import { type ReactNode, useState } from 'react';
import { ConfirmNameField, isNameTyped } from '../dialogs/confirm-name-field.tsx';
import { ConfirmNumberField, isNumberTyped } from '../dialogs/confirm-number-field.tsx';
import { type KeyCounts, mostRecentlyUsed } from '../key/many-keys.ts';
import type { BulkAct } from './bulk-change.ts';
import type { SelectedKey } from './collect-matching.ts';

interface TypedGuard {
  /** Whether the keys may be stopped. */
  readonly isOpen: boolean;
  /** Where it is typed; null: nothing has to be. */
  readonly field: ReactNode;
}

/**
 * What has to be typed before keys are stopped together, so that no hand does it by habit: the number of many, and of few
 * that are revoked the name of one that is in use.
 */
export function useTypedGuard(
  act: BulkAct,
  keys: readonly SelectedKey[],
  counts: KeyCounts,
): TypedGuard {
  const [typed, setTyped] = useState('');
  const props = { typed, onChange: setTyped };
  if (keys.length >= MANY_KEYS) {
    return {
      isOpen: isNumberTyped(keys.length, typed),
      field: <ConfirmNumberField count={keys.length} {...props} />,
    };
  }
  const inUse = counts.today > 0 && act === 'revoke' ? newestWorking(keys) : null;
  if (inUse === null) return { isOpen: true, field: null };
  return {
    isOpen: isNameTyped(inUse.name, typed),
    field: <ConfirmNameField name={inUse.name} {...props} />,
  };
}

function newestWorking(keys: readonly SelectedKey[]): SelectedKey | null {
  return mostRecentlyUsed(keys.filter((key) => key.status === 'active'));
}
