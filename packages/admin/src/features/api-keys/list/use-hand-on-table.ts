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
      (part.current?.contains(document.activeElement) ?? false) ||
      document.querySelector('dialog[open]') !== null,
    [],
  );
  const props = {
    ref: part,
    onPointerEnter: () => {
      isPointerIn.current = true;
    },
    onPointerLeave: () => {
      isPointerIn.current = false;
    },
  };
  return { isHeld, props };
}
