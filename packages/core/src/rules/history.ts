/** What can happen to a key. `refused`: a key that was disabled, revoked or expired, or whose user is inactive, was presented. */
export const EVENT_KINDS = [
  'created',
  'updated',
  'disabled',
  'enabled',
  'revoked',
  'rotated',
  'moved',
  'deleted',
  'imported',
  'refused',
] as const;

/** Who changes a key: a signed-in user, a key, the command line, a program with the library, the policy for unused keys, a role of the database. */
export const ACTOR_KINDS = ['session', 'key', 'cli', 'library', 'policy', 'database'] as const;

/** Characters of what an actor is called, and of an address. */
export const MAX_ACTOR_LENGTH = 255;
