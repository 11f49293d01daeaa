import { createHmac } from 'node:crypto';
import { newSecret } from '../sessions/session-id.js';

/** What ties one sign-in together, from the browser to the provider and back. */
export interface SignInSecrets {
  /** Names the sign-in; the provider hands it back. */
  readonly state: string;
  /** The provider puts it into the ID token: a token of another sign-in is refused. */
  readonly nonce: string;
  /** PKCE (RFC 7636): only who began can turn the code into tokens. */
  readonly codeVerifier: string;
}

export function newSignInSecrets(browserSecret: string): SignInSecrets {
  return signInSecretsOf(browserSecret, newSecret());
}

/**
 * The nonce and the verifier follow from what the browser alone keeps and from the state: the database holds hashes
 * alone, and any instance can go on where another began.
 */
export function signInSecretsOf(browserSecret: string, state: string): SignInSecrets {
  const derive = (what: string) =>
    createHmac('sha256', browserSecret).update(`${what}\n${state}`).digest('base64url');
  return { state, nonce: derive('nonce'), codeVerifier: derive('code_verifier') };
}
