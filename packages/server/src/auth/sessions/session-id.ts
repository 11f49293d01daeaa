import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits that open a session, or make the first administrator. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** What the database holds of a secret. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
