import { useCallback, useRef } from 'react';

/**
 * Whether somebody's pointer or focus is in a part of the page, so that nothing under it may move.
 * Spread `props` on that part; `isHeld` is a function, not state: it causes no render.
 */
export function useHandOnTable() {
  const isPointerIn = useRef(false);
  const part = useRef<HTMLDivElement>(null);
  const isHeld = useCallback(
    () =>
      isPointerIn.current ||
      hasFocusInside(part.current) ||
      document.querySelector('dialog[open]') !== null,
    [],
  );
  /** After a step to another page: at the first key, by eyes and by keyboard. */
  const goToTop = useCallback(() => {
    part.current?.focus({ preventScroll: true });
    part.current?.scrollIntoView({ block: 'start' });
  }, []);
  const props = {
    ref: part,
    tabIndex: -1,
    onPointerEnter: () => {
      isPointerIn.current = true;
    },
    onPointerLeave: () => {
      isPointerIn.current = false;
    },
  };
  return { isHeld, goToTop, props };
}

function hasFocusInside(part: HTMLElement | null): boolean {
  const focused = document.activeElement;
  return focused !== part && (part?.contains(focused) ?? false);
}
