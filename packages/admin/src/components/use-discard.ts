import { type RefObject, useLayoutEffect, useRef, useState } from 'react';

/**
 * A dialog that is asked to go away by Esc or its close button, and has a form that was filled in, asks before it goes. Asked
 * again, it stays. Its own Cancel says what it does and asks nothing.
 */
export function useDiscard(
  dialog: RefObject<HTMLDialogElement | null>,
  { isAsked, onDismiss }: { isAsked: boolean; onDismiss: (() => void) | undefined },
) {
  const untouched = useRef<string | null>(null);
  const [isOpen, setOpen] = useState(false);
  useLayoutEffect(() => {
    untouched.current = filledIn(dialog.current);
  }, [dialog]);
  useLayoutEffect(() => {
    if (isOpen) dialog.current?.querySelector<HTMLElement>('[data-discard-keep]')?.focus();
  }, [isOpen, dialog]);

  function dismiss(): void {
    if (isOpen) setOpen(false);
    else if (isAsked && filledIn(dialog.current) !== untouched.current) setOpen(true);
    else onDismiss?.();
  }
  return { isOpen, dismiss, keep: () => setOpen(false) };
}

/** What the controls of a dialog hold, but for a setting that is saved when it is set. */
function filledIn(dialog: HTMLDialogElement | null): string {
  const controls =
    dialog?.querySelectorAll<HTMLInputElement>(
      ':is(input, textarea, select):not([data-setting])',
    ) ?? [];
  const values = [...controls].map(({ type, checked, value }) =>
    type === 'checkbox' || type === 'radio' ? checked : value,
  );
  return JSON.stringify(values);
}
