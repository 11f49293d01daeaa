import { TextField } from '../../../components/field.tsx';

interface ConfirmNameFieldProps {
  name: string;
  typed: string;
  onChange(typed: string): void;
}

/** For a key that is in use: its name has to be typed, so that no hand does it by habit. */
export function ConfirmNameField({ name, typed, onChange }: ConfirmNameFieldProps) {
  return (
    <TextField
      label={
        <>
          Type its name to go on: <bdi>{name}</bdi>
        </>
      }
      value={typed}
      autoComplete="off"
      autoCapitalize="off"
      spellCheck={false}
      autoFocusInDialog
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

export function isNameTyped(name: string, typed: string): boolean {
  return typed.trim().normalize() === name.trim().normalize();
}
