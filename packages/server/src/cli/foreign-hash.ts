const EXPECTED =
  'expected the SHA-256 of the whole key: 64 hexadecimal digits, or 43 or 44 characters of base64 or base64url';

const NO_WAY =
  'no key can be found by it. Give the key itself (--plain), or make the user a new key';

/** What other systems store in place of a SHA-256, by its shape. */
const OTHERS: readonly (readonly [RegExp, string])[] = [
  [/^\$2[abxy]?\$/, `a bcrypt hash has a salt: ${NO_WAY}`],
  [/^\$argon2/, `an argon2 hash has a salt: ${NO_WAY}`],
  [/^(\$(scrypt|7|pbkdf2|1|5|6|y)[-$]|pbkdf2[:_])/, `this hash has a salt: ${NO_WAY}`],
  [
    /^[0-9a-f]{32}$/i,
    'these 32 digits are an MD5. Give the key itself (--plain), or make a new key',
  ],
  [
    /^[0-9a-f]{40}$/i,
    'these 40 digits are a SHA-1. Give the key itself (--plain), or make a new key',
  ],
  [
    /^[0-9a-f]{128}$/i,
    'these 128 digits are a SHA-512. Give the key itself (--plain), or make a new key',
  ],
];

/** 32 bytes, or why they are none. What came is never repeated: it may be a key. */
export function readHash(value: unknown): Buffer | string {
  if (typeof value !== 'string') return EXPECTED;
  const text = value.trim();
  // As `\copy` of psql writes a bytea.
  if (/^(\\x)?[0-9a-f]{64}$/i.test(text)) return Buffer.from(text.replace('\\x', ''), 'hex');
  if (/^[\w+/-]{43}=?$/.test(text)) return ofBase64(text) ?? EXPECTED;
  return OTHERS.find(([shape]) => shape.test(text))?.[1] ?? EXPECTED;
}

/** 43 characters hold two bits more than 32 bytes: if they are set, this is another text. Null then. */
function ofBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64url');
  const isWhole =
    bytes.toString('base64').replace('=', '') ===
    text.replace('=', '').replaceAll('-', '+').replaceAll('_', '/');
  return bytes.length === 32 && isWhole ? bytes : null;
}
