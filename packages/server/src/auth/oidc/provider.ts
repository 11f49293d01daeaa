import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  fetchUserInfo,
} from 'openid-client';
import type { OidcSettings } from '../../config/oidc-settings.js';
import type { OidcSubject } from '../../sql/oidc-subject.js';
import { keepMetadata, type OidcClocks } from './metadata.js';
import type { Issuers } from './other-issuer.js';
import type { SignInSecrets } from './sign-in-secrets.js';

/** Under the public URL: the provider must know this address. */
export const CALLBACK_PATH = '/api/auth/oidc/callback';

/** OpenID Connect Core §2: at most 255 ASCII characters. */
const SUBJECT = /^[\x20-\x7e]{1,255}$/;

/** What a provider says of somebody, once it is proved that the provider says it. */
export interface Identity extends OidcSubject {
  /** The address, where the provider says that it has verified it; null: it does not. Asked for only when needed. */
  verifiedEmail(): Promise<string | null>;
}

/** The configured provider of OpenID Connect. Every method fails with what openid-client throws. */
export interface OidcProvider {
  /** The host of the issuer, for people. */
  readonly host: string;
  /** Our own public URL, with which the redirect URI begins. */
  readonly publicUrl: string;
  /** Where to send the browser. */
  authorizationUrl(secrets: SignInSecrets): Promise<URL>;
  /** Takes what the browser brought back (the query of the callback) for who it is. */
  identify(callbackQuery: string, secrets: SignInSecrets): Promise<Identity>;
  /** What the provider publishes in place of the configured issuer, as far as is known; null: nothing else. */
  otherIssuer(): Issuers | null;
  /** Reads the provider's metadata and keys again the next time: they may be the cause of a failure. */
  forget(): void;
}

/** Asks the provider for nothing yet: it may be away while the server starts. */
export function openProvider(settings: OidcSettings, clocks: OidcClocks): OidcProvider {
  const { issuer, publicUrl } = settings;
  const redirectUri = `${publicUrl}${CALLBACK_PATH}`;
  const metadata = keepMetadata(settings, clocks);
  return {
    host: issuer.host,
    publicUrl,
    forget: metadata.forget,
    otherIssuer: metadata.otherIssuer,
    authorizationUrl: async ({ state, nonce, codeVerifier }) =>
      buildAuthorizationUrl(await metadata.ask(), {
        redirect_uri: redirectUri,
        scope: 'openid email',
        state,
        nonce,
        code_challenge: await calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
      }),
    identify: async (callbackQuery, secrets) => {
      // A code is good once, so a key of the provider that is unknown is known too late: its keys are read for each
      // answer. Only who has begun a sign-in gets here, once for each, and how many begin is limited.
      metadata.forget();
      const configuration = await metadata.ask();
      return identify(configuration, new URL(`${redirectUri}?${callbackQuery}`), secrets);
    },
  };
}

async function identify(
  configuration: Configuration,
  callback: URL,
  { state, nonce, codeVerifier }: SignInSecrets,
): Promise<Identity> {
  const tokens = await authorizationCodeGrant(configuration, callback, {
    expectedState: state,
    expectedNonce: nonce,
    pkceCodeVerifier: codeVerifier,
    idTokenExpected: true,
  });
  const claims = tokens.claims();
  if (claims === undefined) throw new Error('the provider sent no ID token');
  const { iss: issuer, sub: subject } = claims;
  // Other texts are stored as what they are not: a lone surrogate is the same as the next one.
  if (!SUBJECT.test(subject)) throw new Error('the provider sent a subject that is not ASCII');
  return {
    issuer,
    subject,
    // A provider may keep the address out of the ID token and answer with it at its userinfo endpoint alone.
    verifiedEmail: async () => {
      const isReported = claims['email'] !== undefined || !hasUserInfo(configuration);
      return verifiedEmailOf(
        isReported ? claims : await fetchUserInfo(configuration, tokens.access_token, subject),
      );
    },
  };
}

function hasUserInfo(configuration: Configuration): boolean {
  return configuration.serverMetadata().userinfo_endpoint !== undefined;
}

/** Only `true` is verified: not a missing claim, and not a text. */
function verifiedEmailOf(claims: Readonly<Record<string, unknown>>): string | null {
  const { email, email_verified: isVerified } = claims;
  return typeof email === 'string' && isVerified === true ? email : null;
}
