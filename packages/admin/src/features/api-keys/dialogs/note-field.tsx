import type { ChangeEvent } from 'react';
import { TextAreaField } from '../../../components/text-area-field.tsx';

interface NoteFieldProps {
  value: string;
  onChange(event: ChangeEvent<HTMLTextAreaElement>): void;
  error: string | undefined;
}

/** What people write on a key. */
export function NoteField(text: NoteFieldProps) {
  return (
    <TextAreaField
      label="Note (optional)"
      hint="What depends on it, and whom to ask. At most 500 characters."
      autoComplete="off"
      {...text}
    />
  );
}
