import { type KeyboardEvent, useLayoutEffect, useRef } from 'react';

const CONTROLS = 'a[href], button:not([role^=menuitem]), input';

/**
 * One tab stop a row: Tab goes from row to row, arrows, Home and End go within it and up and down its column. A table stays
 * a table, so that a screen reader's own keys for tables work, and reach every control. Spread `props` on its body.
 */
export function useRowStops() {
  const body = useRef<HTMLTableSectionElement>(null);
  useLayoutEffect(() => {
    const { current } = body;
    if (current === null) return;
    const settle = () => [...current.rows].forEach(keepOneStop);
    settle();
    // Rows and their controls come and go by themselves.
    const observer = new MutationObserver(settle);
    observer.observe(current, { childList: true, subtree: true });
    return () => observer.disconnect();
  }, []);

  return {
    ref: body,
    onFocus: (event: { target: EventTarget | null }) => {
      const target = event.target as HTMLElement;
      const row = target.closest('tr');
      if (row !== null && target.matches(CONTROLS)) stopAt(row, target);
    },
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
      if (event.defaultPrevented || event.altKey || event.metaKey || event.shiftKey) return;
      const target = event.target as HTMLElement;
      if (target.closest('[popover], dialog') !== null) return;
      const next = nextControl(target, event.key, event.ctrlKey);
      if (next === null) return;
      event.preventDefault();
      next.focus();
    },
  };
}

function keepOneStop(row: HTMLTableRowElement): void {
  const all = controlsOf(row);
  const stops = all.filter(({ tabIndex }) => tabIndex === 0);
  if (stops.length === 1) return;
  const held = stops.find((control) => control === document.activeElement);
  const first = held ?? all[0];
  if (first !== undefined) stopAt(row, first);
}

function stopAt(row: HTMLTableRowElement, stop: HTMLElement): void {
  for (const control of controlsOf(row)) control.tabIndex = control === stop ? 0 : -1;
}

function controlsOf(part: Element): HTMLElement[] {
  return [...part.querySelectorAll<HTMLElement>(CONTROLS)];
}

/** Columns that are left out on a narrow screen hold nothing that can have the focus. */
function shownIn(part: Element | undefined): HTMLElement[] {
  return part === undefined ? [] : controlsOf(part).filter((each) => each.offsetParent !== null);
}

function nextControl(from: HTMLElement, key: string, isFar: boolean): HTMLElement | null {
  const row = from.closest('tr');
  const table = row?.parentElement as HTMLTableSectionElement | null;
  if (row === null || table === null) return null;
  const rows = [...table.rows];
  const at = rows.indexOf(row);
  const inRow = shownIn(row);
  const here = inRow.indexOf(from);
  switch (key) {
    case 'ArrowRight':
      return inRow[here + 1] ?? null;
    case 'ArrowLeft':
      return inRow[here - 1] ?? null;
    case 'ArrowDown':
      return sameColumn(from, rows[at + 1]);
    case 'ArrowUp':
      return sameColumn(from, rows[at - 1]);
    case 'Home':
      return shownIn(isFar ? rows[0] : row)[0] ?? null;
    case 'End':
      return shownIn(isFar ? rows.at(-1) : row).at(-1) ?? null;
    default:
      return null;
  }
}

function sameColumn(from: HTMLElement, row: HTMLTableRowElement | undefined): HTMLElement | null {
  const column = from.closest('td')?.cellIndex ?? 0;
  return shownIn(row?.cells[column])[0] ?? shownIn(row)[0] ?? null;
}
