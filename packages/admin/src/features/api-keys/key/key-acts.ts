import type { ApiKeyInfo } from '@keystamp/server/contract';

/** What can be done with one key. */
export type KeyAct = 'edit' | 'rotate' | 'disable' | 'enable' | 'revoke' | 'delete';

/** What each is called. */
export const actWords: Readonly<Record<KeyAct, { label: string; danger?: boolean }>> = {
  edit: { label: 'Edit…' },
  rotate: { label: 'Rotate…' },
  disable: { label: 'Disable…' },
  enable: { label: 'Enable' },
  revoke: { label: 'Revoke…', danger: true },
  delete: { label: 'Delete…', danger: true },
};

/**
 * What the menu of a key offers. A revoked key stays as it is. An expired one has no successor until it has a new expiry,
 * and a disabled one none until it is enabled.
 */
export function actsOn(key: ApiKeyInfo): readonly KeyAct[] {
  if (key.status === 'revoked') return ['delete'];
  if (key.disabled_at !== null) return ['edit', 'enable', 'revoke', 'delete'];
  if (key.status === 'expired') return ['edit', 'revoke', 'delete'];
  return ['edit', 'rotate', 'disable', 'revoke', 'delete'];
}

export function mayBeDisabled(key: ApiKeyInfo): boolean {
  return actsOn(key).includes('disable');
}
