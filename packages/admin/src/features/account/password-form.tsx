import { useState } from 'react';
import { changePassword } from '../../api/session.ts';
import { useAction } from '../../api/use-action.ts';
import { Button } from '../../components/button.tsx';
import { FailureNotice, fieldErrorOf } from '../../components/failure-notice.tsx';
import { TextField } from '../../components/field.tsx';
import { Notice } from '../../components/notice.tsx';
import { PASSWORD_HINT, passwordProblem } from './password-rule.ts';

export function PasswordForm({ email }: { email: string | null }) {
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [nextError, setNextError] = useState<string>();
  const [isDone, setDone] = useState(false);
  const change = useAction(async () => {
    await changePassword(current, next);
    return true;
  });

  async function submit(): Promise<void> {
    const wrong = passwordProblem(next);
    setNextError(wrong);
    setDone(false);
    if (wrong !== undefined || !(await change.run())) return;
    setCurrent('');
    setNext('');
    setDone(true);
  }

  return (
    <form
      noValidate
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      {/* Tells password managers whose password it is. */}
      <input type="hidden" name="username" autoComplete="username" value={email ?? ''} />
      <TextField
        label="Current password"
        type="password"
        autoComplete="current-password"
        value={current}
        error={fieldErrorOf(change.failure, 'current')}
        onChange={(event) => setCurrent(event.target.value)}
      />
      <TextField
        label="New password"
        type="password"
        autoComplete="new-password"
        hint={PASSWORD_HINT}
        value={next}
        error={nextError ?? fieldErrorOf(change.failure, 'new')}
        onChange={(event) => setNext(event.target.value)}
      />
      <FailureNotice failure={change.failure} fields={['current', 'new']} />
      {isDone && (
        <Notice tone="calm">
          <p>The password is changed. Your other sessions have ended.</p>
        </Notice>
      )}
      <div>
        <Button type="submit" variant="primary" busy={change.pending}>
          Change password
        </Button>
      </div>
    </form>
  );
}
