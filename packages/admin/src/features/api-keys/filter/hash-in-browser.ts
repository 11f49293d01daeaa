import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/**
 * SHA-256 of a whole key in hexadecimal, as the list's `key_hash` asks for it. In plain JavaScript, because
 * browsers keep `crypto.subtle` from pages on plain HTTP.
 */
export function hashInBrowser(apiKey: string): string {
  return bytesToHex(sha256(utf8ToBytes(apiKey)));
}
