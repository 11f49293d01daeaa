import { type ComponentProps, type ReactNode, useId } from 'react';
import './field.css';

export interface ControlProps {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': true | undefined;
}

export interface FieldProps {
  label: ReactNode;
  hint?: ReactNode;
  /** What is wrong with it; it stands under the control and is read with it. */
  error?: string | undefined;
  children(control: ControlProps): ReactNode;
}

/** A labelled control with its hint and its error. */
export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const tells = error === hint ? undefined : hint;
  const describedBy = [tells ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean);
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        'aria-describedby': describedBy.join(' ') || undefined,
        'aria-invalid': error === undefined ? undefined : true,
      })}
      {tells && (
        <p id={`${id}-hint`} className="field-hint">
          {tells}
        </p>
      )}
      {error !== undefined && (
        <p id={`${id}-error`} className="field-error" role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

type TextFieldProps = Omit<FieldProps, 'children'> &
  Omit<ComponentProps<'input'>, 'children' | 'id'> & { autoFocusInDialog?: boolean };

export function TextField({ label, hint, error, autoFocusInDialog, ...input }: TextFieldProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => (
        <input
          className="input"
          {...input}
          {...control}
          data-autofocus={autoFocusInDialog || undefined}
        />
      )}
    </Field>
  );
}
