/**
 * The shape of a key: `<label>_<43 base62 characters><6 base62 characters = CRC-32 of all before>`.
 * Pure and free of Node, so that the page judges a pasted text by the same rule.
 */

import { MAX_LABEL_LENGTH } from '../rules/index.js';

export const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 43 base62 characters carry 256 random bits. */
export const SECRET_LENGTH = 43;
/** 6 base62 characters carry the 32 bits of the CRC. */
const CHECKSUM_LENGTH = 6;
const MIN_LENGTH = 1 + 1 + SECRET_LENGTH + CHECKSUM_LENGTH;
const MAX_LENGTH = MAX_LABEL_LENGTH + 1 + SECRET_LENGTH + CHECKSUM_LENGTH;

/** A whole key by its characters alone; the checksum is not part of it. For secret scanners and search fields. */
export const API_KEY_PATTERN = /^[a-z][a-z0-9]{0,15}_[0-9A-Za-z]{49}$/;

/** Value of a character code in base62, 255 where it is none. */
const digitOf = new Uint8Array(128).fill(255);
for (let i = 0; i < BASE62.length; i++) digitOf[BASE62.charCodeAt(i)] = i;

/** CRC-32 (ISO 3309, the one of zlib), reflected, polynomial 0xEDB88320; in four tables, to take four characters at a time. */
const [crc0, crc1, crc2, crc3] = crcTables();

/** The checksum that follows `text` (ASCII): its CRC-32 as 6 base62 digits, most significant first. */
export function checksumOf(text: string): string {
  let crc = -1;
  for (let i = 0; i < text.length; i++) crc = step(crc, text.charCodeAt(i));
  let rest = ~crc >>> 0;
  let digits = '';
  for (let i = 0; i < CHECKSUM_LENGTH; i++) {
    digits = BASE62.charAt(rest % 62) + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}

/** Whether `text` is a key by label, length, alphabet and checksum. Reads each character once, allocates nothing. */
export function isApiKeyShape(text: string): boolean {
  const length = text.length;
  if (length < MIN_LENGTH || length > MAX_LENGTH) return false;
  const underscoreAt = length - 1 - SECRET_LENGTH - CHECKSUM_LENGTH;
  if (text.charCodeAt(underscoreAt) !== 95) return false;
  let crc = -1;
  for (let i = 0; i < underscoreAt; i++) {
    const code = text.charCodeAt(i);
    const isLetter = code >= 97 && code <= 122;
    if (!isLetter && (i === 0 || code < 48 || code > 57)) return false;
    crc = step(crc, code);
  }
  const checksumAt = length - CHECKSUM_LENGTH;
  return crcOfSecret(text, underscoreAt + 1, step(crc, 95)) === base62At(text, checksumAt);
}

/** The CRC after the secret that begins at `from`; -1 where a character is not base62. Wrong ones are gathered and judged once: no branch a character. */
function crcOfSecret(text: string, from: number, crcBefore: number): number {
  let crc = crcBefore;
  let wrong = 0;
  let i = from;
  for (; i < from + SECRET_LENGTH - 3; i += 4) {
    const a = text.charCodeAt(i);
    const b = text.charCodeAt(i + 1);
    const c = text.charCodeAt(i + 2);
    const d = text.charCodeAt(i + 3);
    wrong |= (a | b | c | d) & ~127;
    wrong |= (digit(a) | digit(b) | digit(c) | digit(d)) & 128;
    crc ^= a | (b << 8) | (c << 16) | (d << 24);
    crc =
      (crc3[crc & 255] as number) ^
      (crc2[(crc >>> 8) & 255] as number) ^
      (crc1[(crc >>> 16) & 255] as number) ^
      (crc0[crc >>> 24] as number);
  }
  for (; i < from + SECRET_LENGTH; i++) {
    const code = text.charCodeAt(i);
    wrong |= (code & ~127) | (digit(code) & 128);
    crc = step(crc, code);
  }
  return wrong === 0 ? ~crc >>> 0 : -1;
}

/** The number that the characters from `from` on spell, or -2 where one is not base62. */
function base62At(text: string, from: number): number {
  let value = 0;
  let wrong = 0;
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i);
    wrong |= (code & ~127) | (digit(code) & 128);
    value = value * 62 + digit(code);
  }
  return wrong === 0 ? value : -2;
}

function digit(code: number): number {
  return digitOf[code & 127] as number;
}

function step(crc: number, code: number): number {
  return (crc >>> 8) ^ (crc0[(crc ^ code) & 255] as number);
}

function crcTables(): [Int32Array, Int32Array, Int32Array, Int32Array] {
  const first = Int32Array.from({ length: 256 }, (_, n) => {
    let c = n;
    for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
    return c;
  });
  const next = (table: Int32Array) => table.map((c) => (c >>> 8) ^ (first[c & 255] as number));
  const second = next(first);
  const third = next(second);
  return [first, second, third, next(third)];
}
