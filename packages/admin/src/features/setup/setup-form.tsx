import type { User } from '@keystamp/server/contract';
import { useState } from 'react';
import { setUp, signIn } from '../../api/session.ts';
import { useAction } from '../../api/use-action.ts';
import { Button } from '../../components/button.tsx';
import { FailureNotice, fieldErrorOf } from '../../components/failure-notice.tsx';
import { TextField } from '../../components/field.tsx';
import { PASSWORD_HINT, passwordProblem } from '../account/password-rule.ts';

interface SetupFormProps {
  token: string;
  onDone(user: User): void;
}

/** Makes the first administrator and signs in. */
export function SetupForm({ token, onDone }: SetupFormProps) {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [passwordError, setPasswordError] = useState<string>();
  const create = useAction(async () => {
    await setUp(token, email.trim(), password);
    return signIn(email.trim(), password);
  });

  return (
    <form
      noValidate
      className="lone-form"
      onSubmit={async (event) => {
        event.preventDefault();
        const wrong = passwordProblem(password);
        setPasswordError(wrong);
        if (wrong !== undefined) return;
        const user = await create.run();
        if (user !== null) onDone(user);
      }}
    >
      <h1>Set up Keystamp</h1>
      <p>Make the first administrator. Further people are added on the page.</p>
      <TextField
        label="E-mail"
        type="email"
        autoComplete="username"
        value={email}
        error={fieldErrorOf(create.failure, 'email')}
        onChange={(event) => setEmail(event.target.value)}
      />
      <TextField
        label="Password"
        type="password"
        autoComplete="new-password"
        hint={PASSWORD_HINT}
        value={password}
        error={passwordError ?? fieldErrorOf(create.failure, 'password')}
        onChange={(event) => setPassword(event.target.value)}
      />
      <FailureNotice failure={create.failure} fields={['email', 'password']} />
      <Button type="submit" variant="primary" busy={create.pending}>
        Set up
      </Button>
    </form>
  );
}
