/** What had the focus when a dialog opened. */
const openers = new WeakMap<HTMLDialogElement, Element | null>();

export function rememberOpener(dialog: HTMLDialogElement): void {
  if (openers.has(dialog)) return;
  const opener = document.activeElement;
  // One that is there as the page loads is opened by nothing.
  openers.set(dialog, opener === document.body ? null : opener);
}

/** Focus that left the page with a dialog goes back to what opened it. */
export function returnFocusFrom(dialog: HTMLDialogElement): void {
  returnFocus(openers.get(dialog) ?? null);
}

/** Focus that was taken out of the page goes back to where it came from, or to the heading where that is gone too. */
export function returnFocus(opener: Element | null): void {
  queueMicrotask(() => {
    if (document.activeElement !== document.body && document.activeElement !== null) return;
    const target = firstInPage(opener) ?? document.querySelector('[data-focus-home]');
    if (target instanceof HTMLElement) target.focus({ preventScroll: true });
  });
}

/** A dialog that followed another was opened from a field that is gone with that one: then what opened the first. */
function firstInPage(opener: Element | null): Element | null {
  if (opener === null || opener.isConnected) return opener;
  const dialog = opener.closest('dialog');
  return dialog === null ? null : firstInPage(openers.get(dialog) ?? null);
}
