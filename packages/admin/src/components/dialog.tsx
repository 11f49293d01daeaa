import { type ReactNode, useId, useRef } from 'react';
import { CloseButton } from './close-button.tsx';
import { DiscardQuestion } from './discard-question.tsx';
import { Form } from './form.tsx';
import { useDiscard } from './use-discard.ts';
import { useShownModally } from './use-shown-modally.ts';
import './dialog.css';

interface DialogProps {
  title: ReactNode;
  /** Asked to go away, by Esc or its close button; a form that was filled in asks first. It stays open until it is no longer rendered. Without it there is no way past it. */
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
  const isAsked = role === 'dialog' && onDismiss !== undefined;
  const discard = useDiscard(dialog, { isAsked, onDismiss });

  return (
    <dialog
      ref={dialog}
      className={wide ? 'dialog dialog-wide' : 'dialog'}
      role={role}
      aria-labelledby={titleId}
      onCancel={(event) => {
        if (event.target !== event.currentTarget) return;
        event.preventDefault();
        discard.dismiss();
      }}
      // A browser closes the dialog at the second Esc in a row, even if the first was prevented.
      onClose={(event) => {
        if (event.target === event.currentTarget && dialog.current?.isConnected) {
          dialog.current.showModal();
          discard.dismiss();
        }
      }}
    >
      <Form onSubmit={onSubmit}>
        <header className="dialog-header">
          <h2 id={titleId}>{title}</h2>
          {onDismiss !== undefined && <CloseButton onClose={discard.dismiss} />}
        </header>
        <div className="dialog-body">{children}</div>
        <footer className="dialog-footer">
          {discard.isOpen ? (
            <DiscardQuestion onKeep={discard.keep} onDiscard={() => onDismiss?.()} />
          ) : (
            footer
          )}
        </footer>
      </Form>
    </dialog>
  );
}
