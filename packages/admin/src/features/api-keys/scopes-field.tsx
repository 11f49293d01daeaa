import { TextField } from '../../components/field.tsx';

interface ScopesFieldProps {
  text: string;
  onChange(text: string): void;
  error: string | undefined;
  /** A scoped key is never made unscoped, so its field may not end empty. */
  mustStayScoped?: boolean;
}

export function ScopesField({ text, onChange, error, mustStayScoped = false }: ScopesFieldProps) {
  return (
    <TextField
      label="Scopes"
      hint={
        mustStayScoped
          ? 'Separated by spaces. At least one stays.'
          : 'Separated by spaces, such as orders:read. Empty: whatever its user may do.'
      }
      error={error}
      value={text}
      autoComplete="off"
      autoCapitalize="off"
      spellCheck={false}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

export function scopesOf(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).filter(Boolean))];
}
