import {
  Fragment,
  type KeyboardEvent,
  type ReactNode,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { placeBeside } from './place-beside.ts';
import './menu-button.css';

export interface MenuItem {
  readonly label: ReactNode;
  readonly danger?: boolean;
  /** A line stands above it: what follows is of another kind. */
  readonly apart?: boolean;
  /** For a choice among several: whether it is the chosen one. */
  readonly checked?: boolean;
  onSelect(): void;
}

interface MenuButtonProps {
  label: string;
  children: ReactNode;
  items: readonly MenuItem[];
  className?: string;
}

/** A button with a menu: arrows, Home, End and letters of the keyboard work as the platform's menus do. */
export function MenuButton({ label, children, items, className = '' }: MenuButtonProps) {
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  const menuId = useId();

  useLayoutEffect(() => {
    if (!isOpen || menu.current === null || button.current === null) return;
    menu.current.showPopover();
    placeBeside(menu.current, button.current, 'end');
    menu.current.querySelector<HTMLElement>('[role^=menuitem]')?.focus();
  }, [isOpen]);

  function close(): void {
    setOpen(false);
    button.current?.focus();
  }

  return (
    <>
      <button
        ref={button}
        type="button"
        className={className}
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-controls={isOpen ? menuId : undefined}
        onClick={() => setOpen(!isOpen)}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown') return;
          event.preventDefault();
          setOpen(true);
        }}
      >
        {children}
      </button>
      {isOpen && (
        <div
          ref={menu}
          id={menuId}
          className="menu"
          popover="auto"
          role="menu"
          aria-label={label}
          onToggle={(event) => event.newState === 'closed' && setOpen(false)}
          onKeyDown={(event) => moveInMenu(event, close)}
        >
          {items.map((item, index) => (
            <Fragment key={index}>
              {item.apart && <hr className="menu-line" />}
              {/* biome-ignore lint/a11y/useAriaPropsSupportedByRole: aria-checked goes with menuitemradio alone. */}
              <button
                type="button"
                role={item.checked === undefined ? 'menuitem' : 'menuitemradio'}
                aria-checked={item.checked}
                tabIndex={-1}
                className={item.danger ? 'menu-item menu-item-danger' : 'menu-item'}
                onClick={() => {
                  close();
                  item.onSelect();
                }}
              >
                {item.label}
              </button>
            </Fragment>
          ))}
        </div>
      )}
    </>
  );
}

function moveInMenu(event: KeyboardEvent<HTMLElement>, close: () => void): void {
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role^=menuitem]')];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const next = nextIndex(event.key, at, items);
  if (next !== null) {
    event.preventDefault();
    items[next]?.focus();
  } else if (event.key === 'Tab' || event.key === 'Escape') {
    event.preventDefault();
    event.stopPropagation();
    close();
  }
}

function nextIndex(key: string, at: number, items: readonly HTMLElement[]): number | null {
  if (key === 'ArrowDown') return (at + 1) % items.length;
  if (key === 'ArrowUp') return (at - 1 + items.length) % items.length;
  if (key === 'Home') return 0;
  if (key === 'End') return items.length - 1;
  if (key.length !== 1 || key === ' ') return null;
  const letter = key.toLowerCase();
  const order = [...items.slice(at + 1), ...items.slice(0, at + 1)];
  const match = order.find((item) => item.textContent?.trim().toLowerCase().startsWith(letter));
  return match === undefined ? null : items.indexOf(match);
}
