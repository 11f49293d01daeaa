import { type ReactNode, useId, useRef } from 'react';
import { CloseButton } from './close-button.tsx';
import { useShownModally } from './use-shown-modally.ts';
import './dialog.css';
import './side-panel.css';

interface SidePanelProps {
  title: ReactNode;
  /** Asked to go away, by Esc, its close button or a press beside it. */
  onDismiss(): void;
  children: ReactNode;
}

/**
 * A panel at the end of the window, on a phone the whole of it, on the browser's own dialog. It stays where it is while
 * its content changes.
 */
export function SidePanel({ title, onDismiss, children }: SidePanelProps) {
  const panel = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useShownModally(panel);
  return (
    <dialog
      ref={panel}
      className="side-panel"
      aria-labelledby={titleId}
      // A press beside it is a wish to close it, where the browser knows this attribute.
      closedby="any"
      onCancel={(event) => {
        if (event.target !== event.currentTarget) return;
        event.preventDefault();
        onDismiss();
      }}
      // A browser closes it at the second Esc in a row, even if the first was prevented.
      onClose={(event) => {
        if (event.target === event.currentTarget && panel.current?.isConnected) onDismiss();
      }}
    >
      <header className="dialog-header side-panel-header">
        <h2 id={titleId} tabIndex={-1} data-autofocus>
          {title}
        </h2>
        <CloseButton onClose={onDismiss} />
      </header>
      {children}
    </dialog>
  );
}
