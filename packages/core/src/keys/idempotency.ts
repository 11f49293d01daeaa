import { hash } from 'node:crypto';
import { ArgumentError, KeystampError } from '../errors.js';
import type { UserApiKey } from '../model/user-api-key.js';
import type { RequestHashes } from '../sql/claim-idempotency-key.js';

/** Characters of an idempotency key. */
const MAX_LENGTH = 255;
const PRINTABLE_ASCII = /^[\x21-\x7e]+$/;

/** Checks the option. Null: it was left out, and each call makes a key of its own. */
export function checkIdempotencyKey(value: unknown): string | null {
  if (value === undefined) return null;
  if (typeof value === 'string' && PRINTABLE_ASCII.test(value) && value.length <= MAX_LENGTH) {
    return value;
  }
  const expected = `1 to ${MAX_LENGTH} printable ASCII characters without spaces, such as a UUID`;
  throw new ArgumentError('idempotencyKey', expected);
}

/**
 * The hashes that are stored of a request. `content` is all that the request says, as checked: its JSON is the same
 * for the same request, because the fields stand in the order of the code.
 */
export function hashesOf(value: string, content: object): RequestHashes {
  return { value: sha256(value), content: sha256(JSON.stringify(content)) };
}

function sha256(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}

export function idempotencyKeyReused(): KeystampError {
  const message =
    'The idempotency key belongs to an earlier request with other content. Send a new idempotency key with the new content.';
  return new KeystampError('idempotency_key_reused', message);
}

/** Says why the key that an earlier request made gets no new text. */
export function notReissued(id: string, key: UserApiKey | null): KeystampError {
  const why = key === null ? 'has been deleted' : 'has been used or changed since';
  const message = `An earlier request with this idempotency key made the key ${id}. That key ${why}, so its text is not replaced. To make another key, send a new idempotency key.`;
  return new KeystampError('idempotency_conflict', message);
}
