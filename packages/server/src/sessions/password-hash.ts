import { hash, verify } from '@node-rs/argon2';
import { unavailable } from '../problem.js';

/** OWASP's argon2id: 19 MiB, two passes, one lane. About 20 ms on a thread of the pool. */
const ARGON2ID = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
/** Two at once leave threads of the pool for everything else and bound the memory. */
const AT_ONCE = 2;
const MAX_WAITING = 64;

/** Hashes and verifies passwords, a few at a time; refuses with 503 when too many wait. */
export interface PasswordHasher {
  hash(password: string): Promise<string>;
  /** With a null hash it takes as long and is false: nobody learns from the time which accounts exist. */
  verify(password: string, passwordHash: string | null): Promise<boolean>;
}

export function createPasswordHasher(): PasswordHasher {
  const takeTurn = turns(AT_ONCE, MAX_WAITING);
  let dummy: Promise<string> | null = null;
  return {
    hash: (password) => takeTurn(() => hash(normalized(password), ARGON2ID)),
    verify: (password, passwordHash) =>
      takeTurn(async () => {
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

/** Runs `atOnce` pieces of work at a time; the rest wait in order. */
function turns(atOnce: number, maxWaiting: number) {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running === atOnce) {
      if (waiting.length === maxWaiting) throw unavailable('Too many sign-ins at once. Try again.');
      await new Promise<void>((go) => waiting.push(go));
    } else {
      running += 1;
    }
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
