/** A key to revoke, and its last use as the caller saw it (null: none). */
export interface KeyToRevoke {
  readonly id: string;
  readonly lastUsedAt: Date | null;
}

export interface BulkRevocation {
  readonly id: string;
  /** Null: there is no such key. */
  readonly keyPrefix: string | null;
  readonly outcome: 'revoked' | 'already' | 'used_meanwhile' | 'not_found';
}
