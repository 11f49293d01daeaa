import { type KeyboardEvent, useId, useLayoutEffect, useRef, useState } from 'react';
import type { ControlProps } from './field.tsx';
import { placeBeside } from './place-beside.ts';
import './combobox.css';

export interface Choice {
  readonly id: string;
  readonly text: string;
}

interface ComboboxProps extends ControlProps {
  /** What is chosen; null: nothing yet. */
  value: Choice | null;
  /** What fits the text that was searched for. */
  choices: readonly Choice[];
  /** The choices are still those of the text before: Enter would choose what was not searched for. */
  isSearching: boolean;
  /** Stands below the choices: that there are more, or none. */
  note: string | null;
  onSearch(text: string): void;
  onChoose(id: string): void;
}

/** A choice among many: what is typed searches, and only what is chosen counts (the editable combobox of the ARIA practices). */
export function Combobox(props: ComboboxProps) {
  const { value, choices, isSearching, note, onSearch, onChoose, ...control } = props;
  /** Null: nobody is typing, and it shows what is chosen. */
  const [typed, setTyped] = useState<string | null>(null);
  const [isOpen, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const input = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const listId = useId();
  const optionId = (index: number) => `${listId}-${index}`;
  useShownBelow(isOpen, list, input, choices);
  useLayoutEffect(() => {
    if (isOpen)
      list.current?.querySelectorAll('[role=option]')[at]?.scrollIntoView({ block: 'nearest' });
  }, [isOpen, at]);

  function open(): void {
    if (!isOpen && typed === null) onSearch('');
    setOpen(true);
    setAt(choices.findIndex(({ id }) => id === value?.id));
  }

  function close(): void {
    setOpen(false);
    setTyped(null);
    setAt(-1);
  }

  function choose(choice: Choice): void {
    onChoose(choice.id);
    close();
  }

  function onKeyDown(event: KeyboardEvent<HTMLInputElement>): void {
    // What is typed searches; it does not go on from the text of the choice.
    if (typed === null && event.key.length === 1 && !hasModifier(event)) input.current?.select();
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      if (!isOpen) open();
      else if (choices.length > 0) setAt((at + step + choices.length) % choices.length);
    } else if (isOpen && event.key === 'Enter') {
      event.preventDefault();
      if (!isSearching && choices[at] !== undefined) choose(choices[at]);
    } else if (isOpen && event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  }

  return (
    <>
      <input
        {...control}
        ref={input}
        className="input combobox"
        role="combobox"
        dir="auto"
        aria-expanded={isOpen}
        aria-controls={isOpen ? listId : undefined}
        aria-autocomplete="list"
        aria-activedescendant={isOpen && at >= 0 ? optionId(at) : undefined}
        autoComplete="off"
        spellCheck={false}
        maxLength={200}
        value={typed ?? value?.text ?? ''}
        placeholder="Choose…"
        onClick={open}
        onFocus={(event) => event.currentTarget.select()}
        onChange={(event) => {
          setTyped(event.target.value);
          setOpen(true);
          setAt(0);
          onSearch(event.target.value);
        }}
        onKeyDown={onKeyDown}
        onBlur={close}
      />
      {isOpen && (
        <div ref={list} className="combobox-list" popover="manual">
          <div id={listId} role="listbox" aria-label="Choices" aria-busy={isSearching}>
            {choices.map((choice, index) => (
              // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field, which points to the option.
              // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keys.
              <div
                key={choice.id}
                id={optionId(index)}
                role="option"
                dir="auto"
                className={index === at ? 'combobox-option combobox-at' : 'combobox-option'}
                aria-selected={choice.id === value?.id}
                // The focus stays in the field.
                onPointerDown={(event) => event.preventDefault()}
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => choose(choice)}
              >
                {choice.text}
              </div>
            ))}
          </div>
          {note !== null && (
            <p className="combobox-note" role="status">
              {note}
            </p>
          )}
        </div>
      )}
    </>
  );
}

type ElementRef = React.RefObject<HTMLElement | null>;

/** Below its field, as wide as it, over the dialog that it stands in. */
function useShownBelow(
  isOpen: boolean,
  list: ElementRef,
  field: ElementRef,
  choices: readonly Choice[],
): void {
  useLayoutEffect(() => {
    if (!isOpen || list.current === null || field.current === null) return;
    list.current.style.width = `${field.current.getBoundingClientRect().width}px`;
    if (!list.current.matches(':popover-open')) list.current.showPopover();
    placeBeside(list.current, field.current);
  }, [isOpen, list, field, choices]);
}

function hasModifier(event: KeyboardEvent): boolean {
  return event.ctrlKey || event.metaKey || event.altKey;
}
