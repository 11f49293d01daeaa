import type { ComponentProps } from 'react';

/** A box to select with, in a space that a finger meets. */
export function SelectTarget(box: ComponentProps<'input'>) {
  return (
    <label className="select-target">
      <input type="checkbox" name="selected" {...box} />
    </label>
  );
}
