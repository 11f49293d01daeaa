/** Characters of the label of a key, the text before its first `_`. */
export const MAX_LABEL_LENGTH = 16;
const LABEL_PATTERN = /^[a-z][a-z0-9]{0,15}$/;
/** The label of new keys where nobody sets one. */
export const DEFAULT_LABEL = 'ks';
export const LABEL_EXPECTED = `1 to ${MAX_LABEL_LENGTH} lower-case letters and digits, a letter first`;

export function isLabel(label: unknown): label is string {
  return typeof label === 'string' && LABEL_PATTERN.test(label);
}
