import type { User } from '@keystamp/server/contract';
import { type ReactNode, useState } from 'react';
import { signIn } from '../../api/session.ts';
import { useAction } from '../../api/use-action.ts';
import { Button } from '../../components/button.tsx';
import { FailureNotice, fieldErrorOf } from '../../components/failure-notice.tsx';
import { TextField } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { PasswordField } from '../../components/password-field.tsx';
import { ForgottenPassword } from './forgotten-password.tsx';

interface SignInFieldsProps {
  email: string;
  password: string;
  onEmail(email: string): void;
  onPassword(password: string): void;
  signInAction: ReturnType<typeof useSignIn>;
}

export function useSignIn() {
  return useAction(signIn);
}

export function SignInFields(props: SignInFieldsProps) {
  const { email, password, onEmail, onPassword, signInAction } = props;
  return (
    <>
      <TextField
        label="E-mail"
        type="email"
        autoComplete="username"
        value={email}
        autoFocusInDialog={email === ''}
        error={fieldErrorOf(signInAction.failure, 'email')}
        onChange={(event) => onEmail(event.target.value)}
      />
      <PasswordField
        label="Password"
        autoComplete="current-password"
        value={password}
        autoFocusInDialog={email !== ''}
        error={fieldErrorOf(signInAction.failure, 'password')}
        onChange={(event) => onPassword(event.target.value)}
      />
      <FailureNotice failure={signInAction.failure} fields={['email', 'password']} />
    </>
  );
}

interface SignInFormProps {
  onSignedIn(user: User): void;
  /** What stands below the button: another way in. */
  below?: ReactNode;
  children?: ReactNode;
}

export function SignInForm({ onSignedIn, below, children }: SignInFormProps) {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const signInAction = useSignIn();

  return (
    <Form
      className="lone-form"
      onSubmit={async () => {
        const user = await signInAction.run(email.trim(), password);
        if (user !== null) onSignedIn(user);
      }}
    >
      <h1>Sign in</h1>
      {children}
      <SignInFields
        email={email}
        password={password}
        onEmail={setEmail}
        onPassword={setPassword}
        signInAction={signInAction}
      />
      <Button type="submit" variant="primary" busy={signInAction.pending}>
        Sign in
      </Button>
      {below}
      <ForgottenPassword />
    </Form>
  );
}
