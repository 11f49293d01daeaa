import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
} from 'openid-client';
import type { OidcSubject } from '../sql/oidc-subject.js';
import type { OidcSettings } from './settings.js';
import type { SignInSecrets } from './sign-in-secrets.js';

/** Under the public URL: the provider must know this address. */
export const CALLBACK_PATH = '/api/auth/oidc/callback';

/** Of each request to the provider. */
const TIMEOUT_S = 5;

/** What a provider says of somebody, once it is proved that the provider says it. */
export interface Identity extends OidcSubject {
  /** The address, where the provider says that it has verified it; null: it does not. Asked for only when needed. */
  verifiedEmail(): Promise<string | null>;
}

/** The configured provider of OpenID Connect. Every method fails with what openid-client throws. */
export interface OidcProvider {
  /** The host of the issuer, for people. */
  readonly host: string;
  /** Our own origin, with which the redirect URI begins. */
  readonly publicUrl: string;
  /** Where to send the browser. */
  authorizationUrl(secrets: SignInSecrets): Promise<URL>;
  /** Takes what the browser brought back (the query of the callback) for who it is. */
  identify(callbackQuery: string, secrets: SignInSecrets): Promise<Identity>;
  /** Asks for the provider's metadata and keys anew the next time: they may be why something failed. */
  forget(): void;
}

/** Asks the provider for nothing yet: it may be away while the server starts. */
export function openProvider(settings: OidcSettings): OidcProvider {
  const { issuer, publicUrl } = settings;
  const redirectUri = `${publicUrl}${CALLBACK_PATH}`;
  let discovered: Promise<Configuration> | null = null;
  const configuration = () => {
    discovered ??= discover(settings).catch((error: unknown) => {
      discovered = null;
      throw error;
    });
    return discovered;
  };
  return {
    host: issuer.host,
    publicUrl,
    forget: () => {
      discovered = null;
    },
    authorizationUrl: async ({ state, nonce, codeVerifier }) =>
      buildAuthorizationUrl(await configuration(), {
        redirect_uri: redirectUri,
        scope: 'openid email',
        state,
        nonce,
        code_challenge: await calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
      }),
    identify: async (callbackQuery, secrets) =>
      identify(await configuration(), new URL(`${redirectUri}?${callbackQuery}`), secrets),
  };
}

function discover({ issuer, clientId, clientSecret }: OidcSettings): Promise<Configuration> {
  return discovery(issuer, clientId, clientSecret, authenticateClient(clientSecret), {
    timeout: TIMEOUT_S,
    execute: [
      // The signature of ID tokens too, not only that they came over TLS from the token endpoint.
      enableNonRepudiationChecks,
      ...(issuer.protocol === 'http:' ? [allowInsecureRequests] : []),
    ],
  });
}

/** HTTP Basic, which is what a provider takes that does not say; in the body where it takes only that. */
function authenticateClient(clientSecret: string): ClientAuth {
  const basic = ClientSecretBasic(clientSecret);
  const post = ClientSecretPost(clientSecret);
  return (server, ...rest) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    const takesPostAlone =
      methods.includes('client_secret_post') && !methods.includes('client_secret_basic');
    return (takesPostAlone ? post : basic)(server, ...rest);
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
  return {
    issuer,
    subject,
    // A provider may keep the address out of the ID token and answer with it at its userinfo endpoint alone.
    verifiedEmail: async () => {
      const isTold = claims['email'] !== undefined || !hasUserInfo(configuration);
      return verifiedEmailOf(
        isTold ? claims : await fetchUserInfo(configuration, tokens.access_token, subject),
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
