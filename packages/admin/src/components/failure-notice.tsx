import { type ApiFailure, ApiRefusal } from '../api/failure.ts';
import { Notice } from './notice.tsx';

/** The message about one field, for the place right under it. */
export function fieldErrorOf(failure: ApiFailure | null, field: string): string | undefined {
  if (!(failure instanceof ApiRefusal)) return undefined;
  const error = failure.fieldErrors.find(
    (each) => each.field === field || each.field.startsWith(`${field}[`),
  );
  return error && `${capitalized(error.message)}.`;
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
  if (failure === null) return null;
  const errors = failure instanceof ApiRefusal ? failure.fieldErrors : [];
  const untold = errors.filter(({ field }) => !fields.includes(field.replace(/\[.*$/, '')));
  if (errors.length > 0 && untold.length === 0) return null;
  return (
    <Notice tone="error">
      <p>
        {untold.length > 0
          ? untold
              .map(
                ({ field, message }) => `${capitalized(field.replaceAll('_', ' '))}: ${message}.`,
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
