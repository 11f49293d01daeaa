import { type ApiFailure, ApiRefusal } from '../api/failure.ts';
import { Notice } from './notice.tsx';

/** The message about one field, for the place right under it. */
export function fieldErrorOf(failure: ApiFailure | null, field: string): string | undefined {
  if (!(failure instanceof ApiRefusal)) return undefined;
  const error = failure.fieldErrors.find(
    (each) => each.field === field || each.field.startsWith(`${field}[`),
  );
  return error && capitalized(error.message);
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

interface FailureNoticeProps {
  failure: ApiFailure | null;
  /** Fields that show their own errors. */
  fields?: readonly string[];
}

/** What went wrong, beside what was tried; errors of `fields` stand at the fields instead. */
export function FailureNotice({ failure, fields = [] }: FailureNoticeProps) {
  if (failure === null) return null;
  const told = fields.some((field) => fieldErrorOf(failure, field) !== undefined);
  if (told) return null;
  const errors = failure instanceof ApiRefusal ? failure.fieldErrors : [];
  return (
    <Notice tone="error">
      <p>
        {failure.message}
        {failure instanceof ApiRefusal && failure.retryAfterS !== null
          ? ` Try again in ${failure.retryAfterS} s.`
          : ''}
        {errors.map((error) => ` ${error.field}: ${error.message}.`).join('')}
      </p>
    </Notice>
  );
}
