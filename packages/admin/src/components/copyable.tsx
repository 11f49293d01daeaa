import { type ReactNode, useRef, useState } from 'react';
import { Button } from './button.tsx';
import { copyTextOf } from './copy-text.ts';
import './copyable.css';

interface CopyableProps {
  /** What it is, for the name of the button: "the id". */
  what: string;
  children: ReactNode;
}

/** A short text of a machine, with a button that copies it. */
export function Copyable({ what, children }: CopyableProps) {
  const text = useRef<HTMLElement>(null);
  const [said, setSaid] = useState('');
  return (
    <span className="copyable">
      <code ref={text}>{children}</code>
      <Button
        className="copyable-button"
        aria-label={`Copy ${what}`}
        onClick={async () => {
          if (text.current === null) return;
          const done = await copyTextOf(text.current);
          setSaid(done ? 'Copied' : 'Selected: press Ctrl+C or ⌘C');
        }}
      >
        Copy
      </Button>
      <span className="field-hint" role="status">
        {said}
      </span>
    </span>
  );
}
