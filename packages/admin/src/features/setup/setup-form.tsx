import type { User } from '@keystamp/server/contract';
import { setUp, signIn } from '../../api/session.ts';
import { Button } from '../../components/button.tsx';
import { TextField } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { useForm } from '../../components/use-form.tsx';
import { emailProblem } from '../account/email-rule.ts';
import { NewPasswordFields } from '../account/new-password-fields.tsx';
import { passwordProblem, repeatProblem } from '../account/password-rule.ts';

interface SetupFormProps {
  token: string;
  onDone(user: User): void;
}

/** Makes the first administrator and signs in. */
export function SetupForm({ token, onDone }: SetupFormProps) {
  const form = useForm({
    initial: { email: '', password: '', repeat: '' },
    check: ({ email, password, repeat }) => ({
      email: emailProblem(email),
      password: passwordProblem(password),
      repeat: repeatProblem(password, repeat),
    }),
    send: async ({ email, password }) => {
      await setUp(token, email.trim(), password);
      return signIn(email.trim(), password);
    },
  });

  return (
    <Form
      className="lone-form"
      onSubmit={async () => {
        const user = await form.submit();
        if (user !== null) onDone(user);
      }}
    >
      <h1>Set up Keystamp</h1>
      <p>Make the first administrator. Further people are added on the page.</p>
      <TextField label="E-mail" type="email" autoComplete="username" {...form.text('email')} />
      <NewPasswordFields
        label="Password"
        password={form.text('password')}
        repeat={form.text('repeat')}
      />
      {form.notice}
      <Button type="submit" variant="primary" busy={form.pending}>
        Set up
      </Button>
    </Form>
  );
}
