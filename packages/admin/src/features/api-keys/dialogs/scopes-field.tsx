import type { ChangeEvent } from 'react';
import { TextField } from '../../../components/field.tsx';

interface ScopesFieldProps {
  value: string;
  onChange(event: ChangeEvent<HTMLInputElement>): void;
  error: string | undefined;
  /** A scoped key is never made unscoped, so its field may not end empty. */
  mustStayScoped?: boolean;
}

export function ScopesField({ mustStayScoped = false, ...text }: ScopesFieldProps) {
  return (
    <TextField
      label="Scopes"
      hint={
        mustStayScoped
          ? 'Separated by spaces. At least one stays.'
          : 'Separated by spaces, such as orders:read. A key without scopes may do whatever its user may. A service that uses token introspection may demand a scope, and refuse it.'
      }
      autoComplete="off"
      autoCapitalize="off"
      spellCheck={false}
      {...text}
    />
  );
}

export function scopesOf(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).filter(Boolean))];
}
