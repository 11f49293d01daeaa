/** Who somebody is at a provider: the subject is unique there, never reused, and never changes. */
export interface OidcSubject {
  /** The `iss` of the ID token. */
  readonly issuer: string;
  /** The `sub` of the ID token. */
  readonly subject: string;
}
