/** Scopes of one key. */
export const MAX_SCOPES = 50;
/** Characters of one scope. */
export const MAX_SCOPE_LENGTH = 100;
/** RFC 6749, section 3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E ). */
export const SCOPE_PATTERN = /^[\x21\x23-\x5b\x5d-\x7e]+$/;
export const SCOPE_EXPECTED = `a scope like orders:read: 1 to ${MAX_SCOPE_LENGTH} ASCII letters, digits and signs, without space, " and \\`;

export function isScope(scope: unknown): scope is string {
  return typeof scope === 'string' && SCOPE_PATTERN.test(scope) && scope.length <= MAX_SCOPE_LENGTH;
}
