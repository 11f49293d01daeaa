/** What a key of one letter does, where the page has it. */
const acts: Readonly<Record<string, () => HTMLElement | null>> = {
  '/': () => {
    const search = document.querySelector<HTMLInputElement>('main input[type=search]');
    search?.focus();
    search?.select();
    return search;
  },
  c: () => press('[data-shortcut=c]'),
  x: () => press('input[name=selected]', rowInHand()),
};

/** True: the key was a shortcut, and it did something. */
export function runShortcut(key: string): boolean {
  const act = Object.hasOwn(acts, key) ? acts[key] : undefined;
  return act !== undefined && act() !== null;
}

function press(control: string, part: ParentNode | null = document): HTMLElement | null {
  const found = part?.querySelector<HTMLElement>(control) ?? null;
  found?.click();
  return found;
}

/** The row that has the focus, else the one under the pointer. */
function rowInHand(): Element | null {
  return document.activeElement?.closest('tbody tr') ?? document.querySelector('tbody tr:hover');
}

/** Where keys are text, or have a meaning of their own. */
export function takesKeys(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return target.type !== 'checkbox';
  return target.matches('textarea, select, [role^=menuitem]') || target.isContentEditable;
}
