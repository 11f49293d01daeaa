import { useSyncExternalStore } from 'react';
import { publicPath } from '../../api/public-path.ts';

const STORED_AS = `keystamp-shortcuts${publicPath}`;
const listeners = new Set<() => void>();
/** Also where storage is blocked: then the choice holds until the page is left. */
let chosen: boolean | null = null;

/** WCAG 2.1.4: keys of one letter can be turned off, for those who speak their input or meet keys by mistake. */
export function areShortcutsOn(): boolean {
  if (chosen !== null) return chosen;
  try {
    return localStorage.getItem(STORED_AS) !== 'off';
  } catch {
    return true;
  }
}

function turnShortcuts(on: boolean): void {
  chosen = on;
  try {
    if (on) localStorage.removeItem(STORED_AS);
    else localStorage.setItem(STORED_AS, 'off');
  } catch {
    // As above.
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useShortcutSetting(): [boolean, (on: boolean) => void] {
  return [useSyncExternalStore(subscribe, areShortcutsOn), turnShortcuts];
}
