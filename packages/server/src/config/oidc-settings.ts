/** A client of an OpenID Connect provider, as `KEYSTAMP_OIDC_*` name it. */
export interface OidcSettings {
  /** https, or http on loopback. */
  readonly issuer: URL;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Our own origin: where browsers begin, and where the provider sends them back to. */
  readonly publicUrl: string;
}
