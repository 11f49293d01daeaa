import type { KeyUser, UserApiKey } from 'keystamp';
import type { User } from '../sql/user.js';

/** Signed in by cookie. */
export interface SessionActor {
  readonly kind: 'session';
  /** As the database has them at this request. */
  readonly user: User;
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
