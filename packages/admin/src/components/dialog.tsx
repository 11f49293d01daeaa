import { type ReactNode, useId, useLayoutEffect, useRef } from 'react';
import { Form } from './form.tsx';
import { rememberOpener, returnFocusFrom } from './return-focus.ts';
import './dialog.css';

interface DialogProps {
  title: ReactNode;
  /** Asked to go away, by Esc or its close button. It stays open until it is no longer rendered. Without it there is no way past it. */
  onDismiss?(): void;
  onSubmit?(): Promise<void> | void;
  footer: ReactNode;
  children: ReactNode;
  wide?: boolean;
  /** `alertdialog` where it asks before something that cannot be undone. */
  role?: 'dialog' | 'alertdialog';
}

/** A modal form on the browser's own dialog: focus goes in, stays, and returns where it came from. */
export function Dialog(props: DialogProps) {
  const { title, onDismiss, onSubmit, footer, children, wide = false, role = 'dialog' } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useShownModally(dialog);

  return (
    <dialog
      ref={dialog}
      className={wide ? 'dialog dialog-wide' : 'dialog'}
      role={role}
      aria-labelledby={titleId}
      onCancel={(event) => {
        if (event.target !== event.currentTarget) return;
        event.preventDefault();
        onDismiss?.();
      }}
      // A browser closes the dialog at the second Esc in a row, even if the first was prevented.
      onClose={(event) => {
        if (event.target === event.currentTarget && dialog.current?.isConnected) {
          dialog.current.showModal();
          onDismiss?.();
        }
      }}
    >
      <Form onSubmit={onSubmit}>
        <header className="dialog-header">
          <h2 id={titleId}>{title}</h2>
          {onDismiss !== undefined && (
            <button type="button" className="dialog-close" aria-label="Close" onClick={onDismiss}>
              <svg viewBox="0 0 16 16" aria-hidden="true">
                <path d="m4 4 8 8m0-8-8 8" />
              </svg>
            </button>
          )}
        </header>
        <div className="dialog-body">{children}</div>
        <footer className="dialog-footer">{footer}</footer>
      </Form>
    </dialog>
  );
}

function useShownModally(dialog: React.RefObject<HTMLDialogElement | null>): void {
  useLayoutEffect(() => {
    const element = dialog.current;
    if (element === null) return;
    rememberOpener(element);
    element.showModal();
    element.querySelector<HTMLElement>('[data-autofocus]')?.focus();
    return () => {
      element.close();
      returnFocusFrom(element);
    };
  }, [dialog]);
}
