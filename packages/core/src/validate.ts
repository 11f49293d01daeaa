import type { KeyUser, UserApiKey } from './user-api-key.js';

/** Refusals that tell nothing of any key: whoever asks has not proved a secret. */
export type StrangerReason = 'malformed' | 'unknown';
/** Refusals of a key whose secret was proved. */
export type KnownReason = 'revoked' | 'expired' | 'user_inactive' | 'insufficient_scope';
export type RefusalReason = StrangerReason | KnownReason;

/** The answer of a validation. A refusal is a value, never thrown. */
export type Validation =
  | { readonly valid: true; readonly key: UserApiKey; readonly user: KeyUser }
  | { readonly valid: false; readonly reason: StrangerReason }
  | {
      readonly valid: false;
      readonly reason: KnownReason;
      readonly key: UserApiKey;
      readonly user: KeyUser;
    };
