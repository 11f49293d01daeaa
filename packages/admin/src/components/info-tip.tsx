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

/** It stands fixed in the window: it goes when its anchor scrolls away, and at a touch elsewhere. */
function useClosedFromOutside(
  isOpen: boolean,
  anchor: React.RefObject<HTMLElement | null>,
  close: () => void,
): void {
  const latest = useRef(close);
  useEffect(() => {
    latest.current = close;
  });
  useEffect(() => {
    if (!isOpen) return;
    const onScroll = () => latest.current();
    const onPointerDown = (event: PointerEvent) => {
      if (!anchor.current?.parentElement?.contains(event.target as Node)) latest.current();
    };
    window.addEventListener('scroll', onScroll, { passive: true, capture: true });
    document.addEventListener('pointerdown', onPointerDown);
    return () => {
      window.removeEventListener('scroll', onScroll, { capture: true });
      document.removeEventListener('pointerdown', onPointerDown);
    };
  }, [isOpen, anchor]);
}
