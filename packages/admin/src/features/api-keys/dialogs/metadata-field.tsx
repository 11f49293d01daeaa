import type { ChangeEvent } from 'react';
import { TextAreaField } from '../../../components/text-area-field.tsx';

interface MetadataFieldProps {
  value: string;
  onChange(event: ChangeEvent<HTMLTextAreaElement>): void;
  error: string | undefined;
}

/** With no-break spaces: a pair stands on one line. */
const EXAMPLE = 'team\u00a0=\u00a0billing';

/** Pairs for programs, which get them when they check the key. */
export function MetadataField(text: MetadataFieldProps) {
  return (
    <TextAreaField
      label="Metadata (optional)"
      hint={`For programs: a pair on each line, such as ${EXAMPLE}.`}
      autoComplete="off"
      autoCapitalize="off"
      spellCheck={false}
      {...text}
    />
  );
}
