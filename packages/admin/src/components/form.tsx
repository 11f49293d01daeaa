import { type ReactNode, useEffect, useRef, useState } from 'react';

interface FormProps {
  className?: string | undefined;
  onSubmit?: (() => Promise<void> | void) | undefined;
  children: ReactNode;
}

/** A form that this page checks, not the browser. After a send that failed, the first wrong field has the focus. */
export function Form({ className, onSubmit, children }: FormProps) {
  const form = useRef<HTMLFormElement>(null);
  const [sent, setSent] = useState(0);
  // By now what is wrong is marked.
  useEffect(() => {
    if (sent > 0) form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus();
  }, [sent]);

  return (
    <form
      ref={form}
      noValidate
      className={className}
      onSubmit={async (event) => {
        event.preventDefault();
        event.stopPropagation();
        await onSubmit?.();
        setSent((before) => before + 1);
      }}
    >
      {children}
    </form>
  );
}
