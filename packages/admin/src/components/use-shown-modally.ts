import { type RefObject, useLayoutEffect } from 'react';
import { rememberOpener, returnFocusFrom } from './return-focus.ts';

/** Opens a dialog of the browser as it comes into the page: the focus goes in, stays, and returns where it came from. */
export function useShownModally(dialog: RefObject<HTMLDialogElement | null>): void {
  useLayoutEffect(() => {
    const element = dialog.current;
    if (element === null) return;
    rememberOpener(element);
    element.showModal();
    element.querySelector<HTMLElement>('[data-autofocus]')?.focus();
    return () => {
      element.close();
      returnFocusFrom(element);
    };
  }, [dialog]);
}
