/** The id of a key, in the plain form alone: PostgreSQL takes other forms of a UUID too. */
const KEY_ID_PATTERN = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isKeyId(text: unknown): text is string {
  return typeof text === 'string' && KEY_ID_PATTERN.test(text);
}
