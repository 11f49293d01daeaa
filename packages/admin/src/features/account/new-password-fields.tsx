import { PasswordField } from '../../components/password-field.tsx';
import type { TextProps } from '../../components/use-form.tsx';
import { PASSWORD_HINT } from './password-rule.ts';

interface NewPasswordFieldsProps {
  label: string;
  hint?: string;
  password: TextProps;
  repeat: TextProps;
  autoFocusInDialog?: boolean;
  /** False: without a password there is nothing to repeat yet. */
  asksRepeat?: boolean;
}

/** A password where it is set: twice, so that no slip of the hand locks anybody out. */
export function NewPasswordFields(props: NewPasswordFieldsProps) {
  const { label, hint = PASSWORD_HINT, password, repeat } = props;
  const { autoFocusInDialog = false, asksRepeat = true } = props;
  return (
    <>
      <PasswordField
        label={label}
        autoComplete="new-password"
        hint={hint}
        autoFocusInDialog={autoFocusInDialog}
        {...password}
      />
      {/* In the page from the start: a field that comes later confuses password managers. */}
      <div hidden={!asksRepeat}>
        <PasswordField label="Repeat the password" autoComplete="new-password" {...repeat} />
      </div>
    </>
  );
}
