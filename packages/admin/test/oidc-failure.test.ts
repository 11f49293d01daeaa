import { OIDC_FAILURES, type SignInMethods } from '@keystamp/server/contract';
import { expect, test } from 'vitest';
import { oidcFailureOf } from '../src/features/session/oidc-failure.ts';

const methods: SignInMethods = { oidc_host: 'id.example.com', oidc_other_issuer: null };

test('each reason has words of its own', () => {
  const words = OIDC_FAILURES.map((code) => oidcFailureOf(`?oidc=${code}`, methods));
  expect(new Set(words).size).toBe(OIDC_FAILURES.length);
  for (const each of words) expect(each).toMatch(/^\S.{20,}\.$/);
});

test.each(['', '?oidc=', '?oidc=constructor', '?oidc=__proto__', '?oidc=<b>pay+here</b>'])(
  '%j says nothing: no link puts words into the form',
  (search) => {
    expect(oidcFailureOf(search, methods)).toBeNull();
  },
);

test('to somebody who is signed in, a sign-in that is over is no news, and a refusal is', () => {
  expect(oidcFailureOf('?oidc=expired', null, true)).toBeNull();
  expect(oidcFailureOf('?oidc=denied', null, true)).not.toBeNull();
});

test('the host is named where it is known', () => {
  expect(oidcFailureOf('?oidc=unavailable', methods)).toMatch(
    /at id\.example\.com does not answer/,
  );
  expect(oidcFailureOf('?oidc=unavailable', null)).toMatch(/at the provider does not answer/);
});

test('another issuer is named beside the configured one, where the server knows it', () => {
  const configured = 'https://id.example.com/realms/acme/';
  const issuers = { configured, published: 'https://id.example.com/realms/acme' };
  const words = oidcFailureOf('?oidc=other_issuer', { ...methods, oidc_other_issuer: issuers });
  expect(words).toContain(`is ${configured}, but the provider publishes ${issuers.published}.`);
  expect(oidcFailureOf('?oidc=other_issuer', methods)).toContain('publishes another issuer');
});
