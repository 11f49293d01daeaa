import type { ComponentProps } from 'react';
import './button.css';

interface ButtonProps extends ComponentProps<'button'> {
  /** `primary`: the one thing to do here. `danger`: it cannot be undone. */
  variant?: 'primary' | 'plain' | 'danger' | 'quiet';
  /** It is at work: it stays focusable, and presses do nothing. */
  busy?: boolean;
}

export function Button({ variant = 'plain', busy = false, ...props }: ButtonProps) {
  return (
    <button
      type="button"
      {...props}
      className={`button button-${variant} ${props.className ?? ''}`}
      aria-busy={busy || undefined}
      aria-disabled={busy || props['aria-disabled'] || undefined}
      onClick={busy ? (event) => event.preventDefault() : props.onClick}
    />
  );
}
