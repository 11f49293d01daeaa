import type { KeyUser, UserApiKey } from 'keystamp';

/** A user who signed in, as the database has them at this request. */
export interface SignedInUser extends KeyUser {
  readonly name: string | null;
  readonly createdAt: Date;
  readonly hasPassword: boolean;
}

/** Signed in by cookie. */
export interface SessionActor {
  readonly kind: 'session';
  readonly user: SignedInUser;
  /** SHA-256 of the session's id: names the session, does not open it. */
  readonly sessionHash: Buffer;
}

/** Authenticated by API key; the use is recorded by then. */
export interface KeyActor {
  readonly kind: 'key';
  readonly key: UserApiKey;
  readonly user: KeyUser;
}

/** On whose behalf a request acts. */
export type Actor = SessionActor | KeyActor;
