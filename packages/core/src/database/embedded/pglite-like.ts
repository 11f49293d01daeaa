/**
 * A PGlite, as far as it takes to tell it from other things. PGlite's own declarations do not compile in a service that
 * checks the declarations of its libraries (`skipLibCheck` off), so that none of ours refers to them.
 */
export interface PGliteLike {
  readonly waitReady: Promise<void>;
  exec(text: string): Promise<unknown>;
  query(text: string): Promise<unknown>;
  listen(channel: string, onPayload: (payload: string) => void): Promise<unknown>;
}

/** What `transaction` of a PGlite hands to its callback, as far as it takes to tell it from other things. */
export interface PGliteTransactionLike {
  exec(text: string): Promise<unknown>;
  query(text: string): Promise<unknown>;
  rollback(): Promise<void>;
}
