import { hash, randomFillSync } from 'node:crypto';
import { ArgumentError } from '../errors.js';
import { isLabel, LABEL_EXPECTED } from '../rules/index.js';
import { BASE62, checksumOf, SECRET_LENGTH } from './api-key-shape.js';

const PREFIX_SECRET_LENGTH = 6;

/** SHA-256 of a whole key, one character a byte: what the cache is keyed by. The database holds the same 32 bytes. */
export type KeyHash = string;

export interface GeneratedApiKey {
  readonly apiKey: string;
  readonly keyPrefix: string;
  readonly keyHash: KeyHash;
}

/** Makes a key of 256 random bits under `label`. */
export function generateApiKey(label: string): GeneratedApiKey {
  const body = `${label}_${randomSecret()}`;
  const apiKey = body + checksumOf(body);
  return {
    apiKey,
    keyPrefix: body.slice(0, label.length + 1 + PREFIX_SECRET_LENGTH),
    keyHash: hashApiKey(apiKey),
  };
}

/** SHA-256 of the whole key, of its UTF-8. `sha256('ks_…')` in `psql` is the same value. */
export function hashApiKey(apiKey: string): KeyHash {
  // One character a byte: the shortest text, and the fastest that node:crypto makes.
  return hash('sha256', apiKey, 'binary');
}

/** The 32 bytes of a hash, as the database holds them. */
export function keyHashBytes(keyHash: KeyHash): Buffer {
  return Buffer.from(keyHash, 'latin1');
}

/** Back from what the database holds. */
export function toKeyHash(bytes: Uint8Array): KeyHash {
  return Buffer.from(bytes).toString('latin1');
}

/** Throws if `label` could not be separated from the secret after it. */
export function checkLabel(label: unknown): string {
  if (isLabel(label)) return label;
  throw new ArgumentError('label', LABEL_EXPECTED);
}

/** 256 random bits as 43 base62 digits, most significant first. 62^43 > 2^256, so every value has its own text. */
function randomSecret(): string {
  const bytes = randomFillSync(Buffer.allocUnsafe(32));
  let value = BigInt(`0x${bytes.toString('hex')}`);
  bytes.fill(0);
  let secret = '';
  for (let i = 0; i < SECRET_LENGTH; i++) {
    secret = BASE62.charAt(Number(value % 62n)) + secret;
    value /= 62n;
  }
  return secret;
}
