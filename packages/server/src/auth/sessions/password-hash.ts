import { availableParallelism } from 'node:os';
import { hash, verify } from '@node-rs/argon2';
import { Refusal } from '../../rules/refusal.js';
import { FairQueue, type Turn } from './fair-queue.js';

/** OWASP's argon2id: 19 MiB, two passes, one lane. About 20 ms on a thread of the pool. */
const ARGON2ID = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
/** One core, and threads of the pool, are left for everything else; the memory is bounded. */
export const AT_ONCE = Math.max(1, Math.min(2, availableParallelism() - 1));
/** Of each lane. */
const MAX_WAITING = 64;
/** Somebody who may set a password: signed in, at the command line, or with the set-up link. */
const SETTING: Turn = { lane: 'known', group: 'setting a password' };

/** Hashes and verifies passwords, a few at a time and in fair turns; refuses as `busy` when too many wait. */
export interface PasswordHasher {
  hash(password: string): Promise<string>;
  /** With a null hash it takes as long and is false: nobody learns from the time which accounts exist. */
  verify(password: string, passwordHash: string | null, turn: Turn): Promise<boolean>;
}

export function createPasswordHasher(): PasswordHasher {
  const full = () =>
    new Refusal('busy', 'Too many sign-ins at once. Try again.', { retryAfterSeconds: 1 });
  const queue = new FairQueue({ atOnce: AT_ONCE, maxWaiting: MAX_WAITING, full });
  let dummy: Promise<string> | null = null;
  return {
    hash: (password) => queue.run(SETTING, () => hash(normalized(password), ARGON2ID)),
    verify: (password, passwordHash, turn) =>
      queue.run(turn, async () => {
        dummy ??= hash('nobody has this password', ARGON2ID);
        const against = passwordHash ?? (await dummy);
        return (await verify(against, normalized(password))) && passwordHash !== null;
      }),
  };
}

/** The same characters typed on another system may come composed differently. */
function normalized(password: string): string {
  return password.normalize('NFC');
}
