import './forgotten-password.css';

/** What somebody can do who forgot the password: Keystamp sends no mail. */
export function ForgottenPassword() {
  return (
    <details className="forgotten">
      <summary>Forgot the password?</summary>
      <p>Ask an administrator: they can set a new one for you on the page “Users”.</p>
      <p>
        You are the only administrator? Run this where the server runs. It reads the new password
        from its input.
      </p>
      <p>
        <code>keystamp users reset-password you@example.com</code>
      </p>
    </details>
  );
}
