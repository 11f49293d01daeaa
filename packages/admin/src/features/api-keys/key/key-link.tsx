import type { ComponentProps, MouseEvent } from 'react';
import { addressOf } from '../../../api/public-path.ts';

export type OpenKey = (id: string) => void;

interface KeyLinkProps extends ComponentProps<'a'> {
  id: string;
  onOpen: OpenKey;
}

/** A link to the view of a key. It opens over the list; in a tab of its own where the browser is asked for one. */
export function KeyLink({ id, onOpen, ...props }: KeyLinkProps) {
  return (
    <a
      {...props}
      href={addressOf(keyPath(id))}
      onClick={(event) => {
        if (isForBrowser(event)) return;
        event.preventDefault();
        onOpen(id);
      }}
    />
  );
}

/** The path of the view of a key, below the public path. */
export function keyPath(id: string): string {
  return `/keys/${encodeURIComponent(id)}`;
}

function isForBrowser(event: MouseEvent): boolean {
  return event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0;
}
