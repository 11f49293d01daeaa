/** A key made elsewhere, of any shape up to 512 characters: known by its SHA-256 alone. */
export interface ImportApiKeyInput {
  /** SHA-256 of the whole key: 32 bytes. */
  readonly keyHash: Uint8Array;
  /** As in `createApiKey`. */
  readonly userId: string;
  readonly name: string;
  /** The key's first characters, at most 16, for eyes and search; never the whole key. Default: none. */
  readonly keyPrefix?: string | undefined;
  readonly scopes?: readonly string[] | undefined;
  /** Past. Default: now. */
  readonly createdAt?: Date | undefined;
  /** May be past: the key is then expired. Null or left out: it does not expire. */
  readonly expiresAt?: Date | null | undefined;
  /** Its last use so far, past. Null or left out: none is known. */
  readonly lastUsedAt?: Date | null | undefined;
  /** Past: the key is revoked. Null or left out: it is not. */
  readonly revokedAt?: Date | null | undefined;
  /** Past: the key is disabled. Null or left out: it is not. */
  readonly disabledAt?: Date | null | undefined;
  /** As in `createApiKey`. */
  readonly note?: string | null | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

/** `exists`: a key of this hash was there already; nothing of it is changed. */
export type ImportOutcome = 'imported' | 'exists';
