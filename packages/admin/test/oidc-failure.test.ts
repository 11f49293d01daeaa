import { OIDC_FAILURES } from '@keystamp/server/contract';
import { expect, test } from 'vitest';
import { oidcFailureOf } from '../src/features/session/oidc-failure.ts';

test('each reason has words of its own', () => {
  const words = OIDC_FAILURES.map((code) => oidcFailureOf(`?oidc=${code}`, 'id.example.com'));
  expect(new Set(words).size).toBe(OIDC_FAILURES.length);
  for (const each of words) expect(each).toMatch(/^\S.{20,}\.$/);
});

test.each(['', '?oidc=', '?oidc=constructor', '?oidc=__proto__', '?oidc=<b>pay+here</b>'])(
  '%j says nothing: no link puts words into the form',
  (search) => {
    expect(oidcFailureOf(search, 'id.example.com')).toBeNull();
  },
);

test('to somebody who is signed in, a sign-in that is over is no news, and a refusal is', () => {
  expect(oidcFailureOf('?oidc=expired', null, true)).toBeNull();
  expect(oidcFailureOf('?oidc=denied', null, true)).not.toBeNull();
});

test('the host is named where it is known', () => {
  expect(oidcFailureOf('?oidc=unavailable', 'id.example.com')).toMatch(
    /at id\.example\.com does not answer/,
  );
  expect(oidcFailureOf('?oidc=unavailable', null)).toMatch(/at the provider does not answer/);
});
