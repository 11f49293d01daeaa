const GAP = 4;
const EDGE = 8;

/** Puts a fixed element under its anchor, or above it where there is no room, inside the window. */
export function placeBeside(
  element: HTMLElement,
  anchor: HTMLElement,
  align: 'start' | 'end' = 'start',
): void {
  const around = anchor.getBoundingClientRect();
  const size = element.getBoundingClientRect();
  const wanted = align === 'start' ? around.left : around.right - size.width;
  const left = Math.max(EDGE, Math.min(wanted, window.innerWidth - size.width - EDGE));
  const below = around.bottom + GAP;
  const fitsBelow = below + size.height <= window.innerHeight - EDGE;
  const top = fitsBelow ? below : Math.max(EDGE, around.top - GAP - size.height);
  element.style.left = `${left}px`;
  element.style.top = `${top}px`;
}
