/**
 * The shape of a key: `<label>_<43 base62 characters><6 base62 characters = CRC-32 of all before>`.
 * Pure and free of Node, so that the page judges a pasted text by the same rule.
 */

export const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 43 base62 characters carry 256 random bits. */
export const SECRET_LENGTH = 43;
/** 6 base62 characters carry the 32 bits of the CRC. */
export const CHECKSUM_LENGTH = 6;
const MAX_LABEL_LENGTH = 16;
const MIN_LENGTH = 1 + 1 + SECRET_LENGTH + CHECKSUM_LENGTH;
const MAX_LENGTH = MAX_LABEL_LENGTH + 1 + SECRET_LENGTH + CHECKSUM_LENGTH;

/** A label: 1 to 16 characters, a lower-case letter first, then lower-case letters and digits. */
export const LABEL_PATTERN = /^[a-z][a-z0-9]{0,15}$/;
/** A whole key by its characters alone; the checksum is not part of it. For secret scanners and search fields. */
export const API_KEY_PATTERN = /^[a-z][a-z0-9]{0,15}_[0-9A-Za-z]{49}$/;

/** Value of a character code in base62, 255 where it is none. */
const digitOf = new Uint8Array(128).fill(255);
for (let i = 0; i < BASE62.length; i++) digitOf[BASE62.charCodeAt(i)] = i;

/** CRC-32 (ISO 3309, the one of zlib), reflected, polynomial 0xEDB88320. */
const crcTable = new Int32Array(256);
for (let n = 0; n < 256; n++) {
  let c = n;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  crcTable[n] = c;
}

/** The checksum that follows `text`: its CRC-32 as 6 base62 digits, most significant first. */
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
  const labelLength = length - 1 - SECRET_LENGTH - CHECKSUM_LENGTH;
  if (text.charCodeAt(labelLength) !== 95) return false;
  let crc = -1;
  for (let i = 0; i < labelLength; i++) {
    const code = text.charCodeAt(i);
    const isLetter = code >= 97 && code <= 122;
    if (!isLetter && (i === 0 || code < 48 || code > 57)) return false;
    crc = step(crc, code);
  }
  crc = step(crc, 95);
  const checksumAt = labelLength + 1 + SECRET_LENGTH;
  for (let i = labelLength + 1; i < checksumAt; i++) {
    const code = text.charCodeAt(i);
    if (code > 127 || digitOf[code] === 255) return false;
    crc = step(crc, code);
  }
  return base62At(text, checksumAt) === ~crc >>> 0;
}

function step(crc: number, code: number): number {
  return (crc >>> 8) ^ (crcTable[(crc ^ code) & 255] as number);
}

/** The number that the last 6 characters spell, or -1 where one is not base62. */
function base62At(text: string, from: number): number {
  let value = 0;
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const digit = code > 127 ? 255 : (digitOf[code] as number);
    if (digit === 255) return -1;
    value = value * 62 + digit;
  }
  return value;
}
