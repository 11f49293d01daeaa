const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** User name and password, as HTTP Basic carries them. */
export interface BasicCredentials {
  readonly name: string;
  readonly password: string;
}

/**
 * Reads the credentials of HTTP Basic, RFC 7617 §2: base64 of `name:password` in UTF-8, where the name holds no colon and
 * the password may. Null: they are malformed (not base64, not UTF-8, without a colon, or with a control character).
 */
export function readBasic(credentials: string): BasicCredentials | null {
  const pair = textOfBase64(credentials);
  const colon = pair?.indexOf(':') ?? -1;
  if (pair === null || colon < 0 || hasControlCharacter(pair)) return null;
  return { name: pair.slice(0, colon), password: pair.slice(colon + 1) };
}

/** Padding may be left out; Node would skip every other character that is not base64. */
function textOfBase64(text: string): string | null {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null;
  try {
    return UTF_8.decode(Buffer.from(text, 'base64'));
  } catch {
    return null;
  }
}

function hasControlCharacter(text: string): boolean {
  return /\p{Cc}/u.test(text);
}
