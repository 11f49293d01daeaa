import { expect, test } from 'vitest';
import { nextPathOf, signInPath } from '../src/features/session/next-path.ts';

test.each(['/', '/users', '/?user=ada&q=a%26b', '/account'])('%s survives signing in', (path) => {
  const [pathname, search = ''] = path.split(/(?=\?)/);
  const signIn = signInPath(pathname as string, search);
  expect(nextPathOf(signIn.split('?')[1] ?? '')).toBe(path);
});

test.each([
  'https://example.com/',
  '//example.com/',
  '//example.com/users',
  '/\\example.com/users',
  '/\\example.com/',
  '\\/example.com',
  '/\t/example.com',
  'javascript:alert(1)',
  'users',
  '/sign-in?next=/users',
  '/api/auth/oidc/start',
  '',
])('%j leads to the start', (next) => {
  expect(nextPathOf(`?next=${encodeURIComponent(next)}`)).toBe('/');
});
