import { type ComponentProps, useState } from 'react';
import { Field, type FieldProps } from './field.tsx';
import './password-field.css';

type PasswordFieldProps = Omit<FieldProps, 'children'> &
  Omit<ComponentProps<'input'>, 'children' | 'id' | 'type'> & { autoFocusInDialog?: boolean };

/** A field for a password, which can be shown while it is typed. */
export function PasswordField(props: PasswordFieldProps) {
  const { label, hint, error, autoFocusInDialog, ...input } = props;
  const [isShown, setShown] = useState(false);
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => (
        <span className="password">
          <input
            className="input"
            autoCapitalize="off"
            spellCheck={false}
            {...input}
            {...control}
            type={isShown ? 'text' : 'password'}
            data-autofocus={autoFocusInDialog || undefined}
          />
          <button
            type="button"
            className="password-toggle"
            aria-label={isShown ? 'Hide what is typed' : 'Show what is typed'}
            aria-controls={control.id}
            onClick={() => setShown(!isShown)}
          >
            {isShown ? 'Hide' : 'Show'}
          </button>
        </span>
      )}
    </Field>
  );
}
