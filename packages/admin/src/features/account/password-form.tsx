import { useState } from 'react';
import { changePassword } from '../../api/session.ts';
import { AccountName } from '../../components/account-name.tsx';
import { Button } from '../../components/button.tsx';
import { Form } from '../../components/form.tsx';
import { Notice } from '../../components/notice.tsx';
import { PasswordField } from '../../components/password-field.tsx';
import { useForm } from '../../components/use-form.tsx';
import { NewPasswordFields } from './new-password-fields.tsx';
import { passwordProblem, repeatProblem } from './password-rule.ts';

const empty = { current: '', new: '', repeat: '' };

export function PasswordForm({ email }: { email: string | null }) {
  const [isDone, setDone] = useState(false);
  const form = useForm({
    initial: empty,
    check: (values) => ({
      new: passwordProblem(values.new),
      repeat: repeatProblem(values.new, values.repeat),
    }),
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
      <PasswordField
        label="Current password"
        autoComplete="current-password"
        {...form.text('current')}
      />
      <NewPasswordFields
        label="New password"
        password={form.text('new')}
        repeat={form.text('repeat')}
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
