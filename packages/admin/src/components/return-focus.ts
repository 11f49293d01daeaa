/** Focus that React took out of the page goes back to where it came from, or to the heading where that is gone too. */
export function returnFocus(opener: Element | null): void {
  queueMicrotask(() => {
    if (document.activeElement !== document.body && document.activeElement !== null) return;
    const target = opener?.isConnected ? opener : document.querySelector('[data-focus-home]');
    if (target instanceof HTMLElement) target.focus({ preventScroll: true });
  });
}
