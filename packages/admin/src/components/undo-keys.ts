import { useEffect, useRef } from 'react';

/** How the keys are called on this machine. */
export const UNDO_KEYS = /^Mac|^iP/.test(navigator.platform) ? '⌘ Z' : 'Ctrl Z';

/** Ctrl+Z, or Cmd+Z on a Mac, outside of fields and questions, which have their own. */
export function useUndoKeys(undo: () => void): void {
  const latest = useRef(undo);
  useEffect(() => {
    latest.current = undo;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const isUndo = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
      if (!isUndo || event.key.toLowerCase() !== 'z' || isTaken(event.target)) return;
      event.preventDefault();
      latest.current();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
}

function isTaken(target: EventTarget | null): boolean {
  const isField =
    target instanceof Element && target.closest('input:not([type=checkbox]), textarea');
  return Boolean(isField) || document.querySelector('dialog[open] form') !== null;
}
