import type { User } from '@keystamp/server/contract';
import { act, cleanup, render, screen } from '@testing-library/preact';
import { afterEach, expect, test } from 'vitest';
import { ApiRefusal } from '../src/api/failure.ts';
import { openPageFor, reportSignedIn } from '../src/api/page-session.ts';
import { FailureNotice, fieldErrorOf } from '../src/components/failure-notice.tsx';

const ada = { id: 'ada' } as User;

afterEach(() => {
  cleanup();
  openPageFor(null);
});

test('a refusal of a session that ended is gone when it is back, and says that nothing was sent', () => {
  openPageFor(ada);
  reportSignedIn('nobody');
  const { container } = render(
    <FailureNotice failure={new ApiRefusal(401, { detail: 'Sign in first.' }, null, true)} />,
  );
  expect(container.textContent).toBe('');
  act(() => openPageFor(ada));
  expect(screen.getByText(/You are signed in again/)).toBeTruthy();
  expect(screen.queryByText('Sign in first.')).toBeNull();
});

test('a refused sign-in is told as it is', () => {
  render(<FailureNotice failure={new ApiRefusal(401, { detail: 'Wrong password.' }, null)} />);
  expect(screen.getByText('Wrong password.')).toBeTruthy();
});

test.each([
  [
    'expected a time in the future (and before the year 10000), or null',
    'Expected a time in the future.',
  ],
  ['expected a time in the future as in 2030-01-31T12:00:00Z', 'Expected a time in the future.'],
  ['missing; expected a name', 'Expected a name.'],
  ['expected text, got a list', 'Expected text.'],
  ['a text, not an API key', 'A text, not an API key.'],
])('what only programs can send is left out: %s', (message, words) => {
  const refusal = new ApiRefusal(400, { errors: [{ field: 'expires_at', message }] }, null);
  expect(fieldErrorOf(refusal, 'expires_at')).toBe(words);
});
