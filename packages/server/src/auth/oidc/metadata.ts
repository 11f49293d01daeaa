import {
  allowInsecureRequests,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  clockSkew,
  discovery,
  enableNonRepudiationChecks,
} from 'openid-client';
import type { OidcSettings } from '../../config/oidc-settings.js';
import { type Issuers, otherIssuerOf } from './other-issuer.js';

/** Of each request to the provider. */
const TIMEOUT_S = 5;
/** Then it is asked for again, so that the form can tell of a provider that went away meanwhile. */
const KEPT_FOR_MS = 60_000;

export interface OidcClocks {
  /** In ms, monotonic. */
  now(): number;
  /** By how much the host's clock is ahead of the database's, in ms. */
  offsetMs(): number;
}

/** What the provider publishes about itself, its keys with it. */
export interface Metadata {
  /** Asks once for all who want it at the same time; a failure is not kept. */
  ask(): Promise<Configuration>;
  /** What the last answer published in place of the configured issuer; null: it was the same. */
  otherIssuer(): Issuers | null;
  forget(): void;
}

/** Asks for nothing yet. */
export function keepMetadata(settings: OidcSettings, clocks: OidcClocks): Metadata {
  const { now } = clocks;
  let kept: { readonly configuration: Promise<Configuration>; readonly askedAt: number } | null =
    null;
  let other: Issuers | null = null;
  const forget = () => {
    kept = null;
  };
  const discoverIssuer = async () => {
    try {
      const configuration = await discover(settings, clocks.offsetMs());
      other = null;
      return configuration;
    } catch (error) {
      const mismatch = otherIssuerOf(error, settings.issuer);
      other = mismatch?.issuers ?? other;
      throw mismatch ?? error;
    }
  };
  return {
    forget,
    otherIssuer: () => other,
    ask: () => {
      if (kept !== null && now() - kept.askedAt < KEPT_FOR_MS) return kept.configuration;
      const asked = { configuration: discoverIssuer(), askedAt: now() };
      kept = asked;
      asked.configuration.catch(() => {
        if (kept === asked) forget();
      });
      return asked.configuration;
    },
  };
}

/** The times in tokens are held against the database's clock, as all times are. */
function discover(
  { issuer, clientId, clientSecret }: OidcSettings,
  clockOffsetMs: number,
): Promise<Configuration> {
  const client = { client_secret: clientSecret, [clockSkew]: -Math.round(clockOffsetMs / 1000) };
  return discovery(issuer, clientId, client, authenticateClient(clientSecret), {
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
