import { type ApiFailure, ApiRefusal } from '../api/failure.ts';
import { useSessionLoss } from '../api/page-session.ts';
import { Notice } from './notice.tsx';

/** The message about one field, for the place right under it. */
export function fieldErrorOf(failure: ApiFailure | null, field: string): string | undefined {
  if (!(failure instanceof ApiRefusal)) return undefined;
  const error = failure.fieldErrors.find(
    (each) => each.field === field || each.field.startsWith(`${field}[`),
  );
  return error && `${capitalized(forPeople(error.message))}.`;
}

/** The server says to programs what it expects, with what only they can send. */
function forPeople(message: string): string {
  return message
    .replace(/^missing; expected/, 'expected')
    .replace(/, got [a-z ]+$/, '')
    .replace(/,? or null\b/, '')
    .replace(/ ?\(and before the year 10000\)/, '')
    .replace(/ as in \d{4}-\d\d-\d\dT[\d:]+Z/, '');
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

interface FailureNoticeProps {
  failure: ApiFailure | null;
  /** Fields that show their own errors. */
  fields?: readonly string[];
}

/** What went wrong, beside what was tried, once; errors of `fields` stand at the fields instead. */
export function FailureNotice({ failure, fields = [] }: FailureNoticeProps) {
  const isSessionLost = useSessionLoss() !== null;
  if (failure === null) return null;
  if (failure instanceof ApiRefusal && failure.isSessionEnd)
    return <SignedInAgain isLost={isSessionLost} />;
  const errors = failure instanceof ApiRefusal ? failure.fieldErrors : [];
  const untold = errors.filter(({ field }) => !fields.includes(field.replace(/\[.*$/, '')));
  if (errors.length > 0 && untold.length === 0) return null;
  return (
    <Notice tone="error">
      <p>
        {untold.length > 0
          ? untold
              .map(
                ({ field, message }) =>
                  `${capitalized(field.replaceAll('_', ' '))}: ${forPeople(message)}.`,
              )
              .join(' ')
          : failure.message}
        {failure instanceof ApiRefusal && failure.retryAfterS !== null
          ? ` Try again in ${failure.retryAfterS} s.`
          : ''}
      </p>
    </Notice>
  );
}

/** While the session is lost a dialog asks to sign in. After it, what was refused can be sent again. */
function SignedInAgain({ isLost }: { isLost: boolean }) {
  if (isLost) return null;
  return (
    <Notice tone="quiet">
      <p>You are signed in again. Nothing was sent before: try it once more.</p>
    </Notice>
  );
}
