import { randomUUID } from 'node:crypto';
import { KeystampError } from 'keystamp';

/**
 * Makes a key, and tries once more where the database gave no answer: the first try may have made the key before the
 * connection broke. The idempotency key lets the second one find it.
 */
export async function repeatIfLost<T>(make: (idempotencyKey: string) => Promise<T>): Promise<T> {
  const idempotencyKey = randomUUID();
  try {
    return await make(idempotencyKey);
  } catch (error) {
    const isLost = error instanceof KeystampError && error.code === 'database_unavailable';
    if (!isLost) throw error;
    return make(idempotencyKey);
  }
}
