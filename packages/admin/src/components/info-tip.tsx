import { type ReactNode, useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import { placeBeside } from './place-beside.ts';
import './info-tip.css';

interface InfoTipProps {
  /** What is always to be seen. */
  children: ReactNode;
  /** What hover, focus and touch bring up. */
  tip: ReactNode;
}

/** A text that explains itself on hover, focus and touch; Esc puts the explanation away. */
export function InfoTip({ children, tip }: InfoTipProps) {
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const bubble = useRef<HTMLSpanElement>(null);
  const tipId = useId();

  useLayoutEffect(() => {
    if (!isOpen || bubble.current === null || button.current === null) return;
    bubble.current.showPopover?.();
    placeBeside(bubble.current, button.current);
  }, [isOpen]);
  useKeptBeside(isOpen, button, bubble);
  useClosedFromOutside(isOpen, button, () => setOpen(false));

  return (
    <span
      className="info-tip"
      onPointerEnter={(event) => event.pointerType === 'mouse' && setOpen(true)}
      onPointerLeave={(event) => event.pointerType === 'mouse' && setOpen(false)}
    >
      <button
        ref={button}
        type="button"
        className="info-tip-button"
        aria-describedby={isOpen ? tipId : undefined}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onClick={() => setOpen(true)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || !isOpen) return;
          event.stopPropagation();
          setOpen(false);
        }}
      >
        {children}
      </button>
      {isOpen && (
        <span ref={bubble} id={tipId} className="info-tip-bubble" role="tooltip" popover="manual">
          {tip}
        </span>
      )}
    </span>
  );
}

type ElementRef = React.RefObject<HTMLElement | null>;

/** It stands fixed in the window, so it follows when its anchor scrolls: focus alone may scroll it into view. */
function useKeptBeside(isOpen: boolean, anchor: ElementRef, bubble: ElementRef): void {
  useEffect(() => {
    if (!isOpen) return;
    const follow = () => {
      if (bubble.current !== null && anchor.current !== null) {
        placeBeside(bubble.current, anchor.current);
      }
    };
    window.addEventListener('scroll', follow, { passive: true, capture: true });
    return () => window.removeEventListener('scroll', follow, { capture: true });
  }, [isOpen, anchor, bubble]);
}

/** A touch elsewhere puts it away. */
function useClosedFromOutside(isOpen: boolean, anchor: ElementRef, close: () => void): void {
  const latest = useRef(close);
  useEffect(() => {
    latest.current = close;
  });
  useEffect(() => {
    if (!isOpen) return;
    const onPointerDown = (event: PointerEvent) => {
      if (!anchor.current?.parentElement?.contains(event.target as Node)) latest.current();
    };
    document.addEventListener('pointerdown', onPointerDown);
    return () => document.removeEventListener('pointerdown', onPointerDown);
  }, [isOpen, anchor]);
}
