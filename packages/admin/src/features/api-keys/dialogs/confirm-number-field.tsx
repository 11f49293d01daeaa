import { TextField } from '../../../components/field.tsx';

interface ConfirmNumberFieldProps {
  count: number;
  typed: string;
  onChange(typed: string): void;
}

/** For many keys at once: their number has to be typed, so that it is read. */
export function ConfirmNumberField({ count, typed, onChange }: ConfirmNumberFieldProps) {
  return (
    <TextField
      label={`Type the number of keys to go on: ${count}`}
      value={typed}
      inputMode="numeric"
      autoComplete="off"
      autoFocusInDialog
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

/** With or without the marks that people put between thousands. */
export function isNumberTyped(count: number, typed: string): boolean {
  return typed.replace(/[\s.,'’]/g, '') === String(count);
}
