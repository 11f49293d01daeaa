import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useAction } from '../api/use-action.ts';
import { Button } from './button.tsx';
import { CloseButton } from './close-button.tsx';
import { FailureNotice } from './failure-notice.tsx';
import { returnFocus } from './return-focus.ts';
import { UNDO_KEYS, useUndoKeys } from './undo-keys.ts';
import './toast.css';

export interface Toast {
  /** What was done, as in "Billing export was disabled." */
  readonly text: string;
  /** Takes it back. Resolves with what to say then. `onProgress` is for what takes long. */
  undo(onProgress: (text: string) => void): Promise<string>;
}

interface Shown {
  readonly id: number;
  readonly toast: Toast;
}

/** Long enough to read it, to think again, and to come to it by keyboard. It stops while a pointer or the focus is on it. */
const SHOWN_FOR_S = 60;
/** After it was taken back there is nothing left to decide. */
const SHOWN_AFTER_S = 8;

let shown: Shown | null = null;
let count = 0;
const listeners = new Set<() => void>();

/** Says that something was done that can be taken back. One at a time: the newest. */
export function showToast(toast: Toast): void {
  count += 1;
  set({ id: count, toast });
}

export function dismissToast(): void {
  set(null);
}

function set(next: Shown | null): void {
  shown = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The place of toasts; in the page from the start, so that screen readers hear the first one too. */
export function Toaster() {
  const current = useSyncExternalStore(subscribe, () => shown);
  return (
    <div className="toast-place" role="status">
      {current !== null && <ToastBox key={current.id} toast={current.toast} />}
    </div>
  );
}

function ToastBox({ toast }: { toast: Toast }) {
  const [said, setSaid] = useState(toast.text);
  const [isOver, setOver] = useState(false);
  const box = useRef<HTMLElement>(null);
  const cameFrom = useRef<Element | null>(null);
  const undo = useAction(() => toast.undo(setSaid));
  const pause = useDismissal(undo.pending, isOver);

  async function takeBack(): Promise<void> {
    const answer = await undo.run();
    if (answer === null) return;
    const hadFocus = box.current?.contains(document.activeElement);
    setSaid(answer);
    setOver(true);
    if (hadFocus) returnTo(cameFrom.current);
  }
  useUndoKeys(() => !isOver && void takeBack());

  return (
    <section
      ref={box}
      className="toast"
      aria-label="Last change"
      onPointerEnter={() => pause(true)}
      onPointerLeave={() => pause(false)}
      onFocus={(event) => {
        pause(true);
        if (!box.current?.contains(event.relatedTarget)) cameFrom.current = event.relatedTarget;
      }}
      onBlur={() => pause(false)}
    >
      <span className="toast-text">{said}</span>
      {!isOver && (
        <Button busy={undo.pending} onClick={takeBack} aria-keyshortcuts="Control+Z Meta+Z">
          Undo <kbd className="toast-keys">{UNDO_KEYS}</kbd>
        </Button>
      )}
      <CloseButton
        label="Dismiss"
        onClose={() => {
          returnTo(cameFrom.current);
          dismissToast();
        }}
      />
      <FailureNotice failure={undo.failure} />
    </section>
  );
}

/** The button that had the focus goes: the focus goes back to where it was. */
function returnTo(place: Element | null): void {
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  returnFocus(place);
}

/** Puts the toast away after a while; not while it is at work, hovered or focused, or the page hidden. */
function useDismissal(isBusy: boolean, isOver: boolean): (isPaused: boolean) => void {
  const state = useRef({ leftS: SHOWN_FOR_S, isPaused: false });
  useEffect(() => {
    if (isOver) state.current.leftS = SHOWN_AFTER_S;
  }, [isOver]);
  useEffect(() => {
    const timer = setInterval(() => {
      if (state.current.isPaused || isBusy || document.visibilityState === 'hidden') return;
      state.current.leftS -= 1;
      if (state.current.leftS <= 0) dismissToast();
    }, 1000);
    return () => clearInterval(timer);
  }, [isBusy]);
  return (isPaused) => {
    state.current.isPaused = isPaused;
  };
}
