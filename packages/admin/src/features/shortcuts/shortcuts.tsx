import { useEffect, useState } from 'react';
import { runShortcut, takesKeys } from './run-shortcut.ts';
import { areShortcutsOn } from './shortcut-setting.ts';
import { ShortcutsDialog } from './shortcuts-dialog.tsx';

const OPEN = 'keystamp-shortcuts';

/** Shows the shortcuts, and where to turn them off. */
export function showShortcuts(): void {
  window.dispatchEvent(new Event(OPEN));
}

/** The keys of one letter, on every page of somebody who is signed in. */
export function Shortcuts() {
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    const open = () => setOpen(true);
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (!areShortcutsOn() || takesKeys(event.target)) return;
      if (document.querySelector('dialog[open]:modal') !== null) return;
      if (event.key === '?') open();
      else if (!runShortcut(event.key.toLowerCase())) return;
      event.preventDefault();
    };
    document.addEventListener('keydown', onKeyDown);
    window.addEventListener(OPEN, open);
    return () => {
      document.removeEventListener('keydown', onKeyDown);
      window.removeEventListener(OPEN, open);
    };
  }, []);
  return isOpen && <ShortcutsDialog onClose={() => setOpen(false)} />;
}
