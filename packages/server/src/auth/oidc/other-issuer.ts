import { ClientError } from 'openid-client';

/** The issuer that is configured, and the one that the provider at its address publishes. */
export interface Issuers {
  readonly configured: string;
  readonly published: string;
}

/** OpenID Connect Discovery §4.3: the two must be the same, to the last slash. */
export class OtherIssuerError extends Error {
  override readonly name = 'OtherIssuerError';
  readonly issuers: Issuers;

  constructor(issuers: Issuers, cause: unknown) {
    const { configured, published } = issuers;
    super(
      `KEYSTAMP_OIDC_ISSUER is ${configured}, and the provider there publishes the issuer ${published}. ` +
        'The two must be the same. If the provider is yours, set KEYSTAMP_OIDC_ISSUER to what it publishes.',
      { cause },
    );
    this.issuers = issuers;
  }
}

/** Null: the error is another. */
export function otherIssuerOf(error: unknown, configured: URL): OtherIssuerError | null {
  if (!(error instanceof ClientError)) return null;
  const { attribute, body } = (error.cause ?? {}) as { attribute?: string; body?: object };
  if (attribute !== 'issuer') return null;
  const { issuer } = (body ?? {}) as { issuer?: unknown };
  const published = typeof issuer === 'string' ? readable(issuer) : 'none';
  // What came is in the message; the whole document is not for the log.
  return new OtherIssuerError({ configured: configured.href, published }, error.message);
}

/** The provider's text for people: without characters that do not show, and not without end. */
function readable(text: string): string {
  return text.replace(/[^\x21-\x7e]/g, '?').slice(0, 300);
}
