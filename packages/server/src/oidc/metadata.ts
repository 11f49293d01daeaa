import {
  allowInsecureRequests,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  discovery,
  enableNonRepudiationChecks,
} from 'openid-client';
import type { OidcSettings } from './settings.js';

/** Of each request to the provider. */
const TIMEOUT_S = 5;
/** Then it is asked for again, so that the form can tell of a provider that went away meanwhile. */
const KEPT_FOR_MS = 60_000;

/** What the provider publishes about itself, its keys with it. */
export interface Metadata {
  /** Asks once for all who want it at the same time; a failure is not kept. */
  ask(): Promise<Configuration>;
  forget(): void;
}

/** Asks for nothing yet. `now` is in ms, monotonic. */
export function keepMetadata(settings: OidcSettings, now: () => number): Metadata {
  let kept: { readonly configuration: Promise<Configuration>; readonly askedAt: number } | null =
    null;
  const forget = () => {
    kept = null;
  };
  return {
    forget,
    ask: () => {
      if (kept !== null && now() - kept.askedAt < KEPT_FOR_MS) return kept.configuration;
      const asked = { configuration: discover(settings), askedAt: now() };
      kept = asked;
      asked.configuration.catch(() => {
        if (kept === asked) forget();
      });
      return asked.configuration;
    },
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
