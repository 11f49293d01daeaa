import type { ChangeEvent } from 'react';
import { TextAreaField } from '../../components/text-area-field.tsx';

interface MetadataFieldProps {
  value: string;
  onChange(event: ChangeEvent<HTMLTextAreaElement>): void;
  error: string | undefined;
}

/** Pairs for programs, which get them when they check the key. */
export function MetadataField(text: MetadataFieldProps) {
  return (
    <TextAreaField
      label="Metadata (optional)"
      hint="For programs: a pair on each line, such as team = billing."
      autoComplete="off"
      autoCapitalize="off"
      spellCheck={false}
      {...text}
    />
  );
}
