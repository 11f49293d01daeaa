/** A name of the library as it is on the wire: `expiresAt` → `expires_at`, `scopes[2]` stays. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
