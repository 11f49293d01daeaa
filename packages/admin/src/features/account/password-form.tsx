import { useState } from 'react';
import { changePassword } from '../../api/session.ts';
import { AccountName } from '../../components/account-name.tsx';
import { Button } from '../../components/button.tsx';
import { TextField } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { Notice } from '../../components/notice.tsx';
import { useForm } from '../../components/use-form.tsx';
import { PASSWORD_HINT, passwordProblem } from './password-rule.ts';

const empty = { current: '', new: '' };

export function PasswordForm({ email }: { email: string | null }) {
  const [isDone, setDone] = useState(false);
  const form = useForm({
    initial: empty,
    check: (values) => ({ new: passwordProblem(values.new) }),
    send: async (values) => {
      await changePassword(values.current, values.new);
      return true;
    },
  });

  async function submit(): Promise<void> {
    setDone(false);
    if ((await form.submit()) === null) return;
    form.set(empty);
    setDone(true);
  }

  return (
    <Form className="stack" onSubmit={submit}>
      <AccountName name={email ?? ''} />
      <TextField
        label="Current password"
        type="password"
        autoComplete="current-password"
        {...form.text('current')}
      />
      <TextField
        label="New password"
        type="password"
        autoComplete="new-password"
        hint={PASSWORD_HINT}
        {...form.text('new')}
      />
      {form.notice}
      {isDone && (
        <Notice tone="calm">
          <p>The password is changed. Your other sessions have ended.</p>
        </Notice>
      )}
      <div>
        <Button type="submit" variant="primary" busy={form.pending}>
          Change password
        </Button>
      </div>
    </Form>
  );
}
